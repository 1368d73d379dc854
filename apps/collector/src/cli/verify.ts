import { ModelList } from '@leeway/contract';
import { z } from 'zod';
import { ask } from './ask.js';
import type { CliContext, CommandGroup } from './context.js';

interface VerifyFlags {
  model?: string;
  from: string;
  to: string;
  repair?: boolean;
  json?: boolean;
}

const Audit = z.object({
  model: z.string(),
  from: z.string(),
  to: z.string(),
  minutes: z.number(),
  wrong_minutes: z.number(),
  repaired: z.number(),
});

/** `leeway verify`: are all events counted, each once? */
export const registerVerify: CommandGroup = (program, run) => {
  program
    .command('verify')
    .description(
      'compare counts with events minute by minute; exit code 1 when some differ and are not repaired',
    )
    .option('--model <model>', 'only this model; all of them when absent')
    .option('--from <time>', 'start: RFC 3339 or relative', 'now-24h')
    .option('--to <time>', 'end', 'now')
    .option('--repair', 'count the events of minutes that differ anew')
    .option('--json', 'print the outcome as JSON')
    .action((flags: VerifyFlags) => run((context) => verify(context, flags)));
};

async function verify(context: CliContext, flags: VerifyFlags): Promise<number> {
  const models = flags.model
    ? [flags.model]
    : (await ask(context, '/models', ModelList)).models.map(({ model }) => model);
  const audits: z.infer<typeof Audit>[] = [];
  for (const model of models) {
    const { from, to, repair = false } = flags;
    const audit = await ask(context, `/models/${encodeURIComponent(model)}/verify`, Audit, {
      from,
      to,
      repair,
    });
    audits.push(audit);
    if (!flags.json) context.out(`${line(audit)}\n`);
  }
  if (flags.json) context.out(`${JSON.stringify({ models: audits })}\n`);
  else if (models.length === 0) context.out('No model yet.\n');
  return audits.some((audit) => audit.wrong_minutes > audit.repaired) ? 1 : 0;
}

function line({ model, minutes, wrong_minutes: wrong, repaired }: z.infer<typeof Audit>): string {
  const checked = `${model}: ${minutes.toLocaleString('en')} minutes compared`;
  if (wrong === 0) return `${checked}, counts and events agree`;
  return repaired >= wrong
    ? `${checked}, ${wrong} differed and were repaired`
    : `${checked}, ${wrong} differ; run again with --repair`;
}
