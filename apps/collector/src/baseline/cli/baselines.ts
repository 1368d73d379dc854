import { openAsBlob } from 'node:fs';
import { basename, resolve } from 'node:path';
import { BaselineSummary, Problem, SignalKind } from '@leeway/contract';
import type { Command } from 'commander';
import { z } from 'zod';

/** What the commands need of the program; the cli room's context has it. */
export interface BaselineContext {
  cwd: string;
  /** Base URL of the collector's API, without a trailing slash. */
  url: string;
  token: string | undefined;
  signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
}
type Run = (action: (context: BaselineContext) => Promise<number>) => Promise<void>;

interface CreateFlags {
  model: string;
  file: string;
  name?: string;
  timestamp?: string;
  prediction?: string;
  label?: string;
  score?: string;
  latency?: string;
  exclude: string[];
  kind: string[];
  importance: string[];
  multivariate: boolean;
  activate: boolean;
  json?: boolean;
}

const BaselineList = z.object({ baselines: z.array(BaselineSummary) });

/** Adds `leeway baseline create|list|activate`, which ask the running collector. */
export function registerBaselines(program: Command, run: Run): void {
  const baseline = program
    .command('baseline')
    .description('training references that models are compared with');
  baseline
    .command('create')
    .description('make a baseline of training data (Parquet, CSV or NDJSON) and compare with it from now on')
    .requiredOption('--model <model>', 'model it belongs to')
    .requiredOption('--file <file>', 'training data')
    .option('--name <name>', 'name for people; the file name when absent')
    .option('--timestamp <column>', 'time of each row, for the hours of the week')
    .option('--prediction <column>', 'what the model predicted')
    .option('--label <column>', 'the true outcome')
    .option('--score <column>', 'score or probability')
    .option('--latency <column>', 'milliseconds that the model took')
    .option('--exclude <column...>', 'columns to leave out', [])
    .option('--kind <column=kind...>', `kind of a column: ${SignalKind.options.join(', ')}`, [])
    .option('--importance <column=number...>', 'importance of a feature, on any positive scale', [])
    .option('--no-multivariate', 'do not watch all numeric features together')
    .option('--no-activate', 'only make it; activate it later')
    .option('--json', 'print the answer as JSON')
    .action((flags: CreateFlags) => run((context) => withReason(context, () => create(flags, context))));
  baseline
    .command('list')
    .description('baselines, newest first')
    .option('--model <model>', 'only of this model')
    .option('--json', 'print the answer as JSON')
    .action((flags: { model?: string; json?: boolean }) =>
      run((context) => withReason(context, () => list(flags, context))),
    );
  baseline
    .command('activate')
    .argument('<id>', 'baseline')
    .description('compare with this baseline from now on; retained events are counted again')
    .action((id: string) => run((context) => withReason(context, () => activate(id, context))));
}

/** Runs a command; what goes wrong becomes a sentence on standard error and exit code 2. */
async function withReason(context: BaselineContext, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    const hint =
      error.message === 'fetch failed' ? `No collector answers at ${context.url}${cause}` : error.message;
    context.err(`leeway baseline: ${hint}\n`);
    return 2;
  }
}

async function create(flags: CreateFlags, context: BaselineContext): Promise<void> {
  const options = {
    ...(flags.name !== undefined && { name: flags.name }),
    timestamp: flags.timestamp,
    prediction: flags.prediction,
    label: flags.label,
    score: flags.score,
    latency: flags.latency,
    exclude: flags.exclude,
    kinds: pairs('--kind', flags.kind, (text) => SignalKind.parse(text)),
    importance: pairs('--importance', flags.importance, (text) => z.coerce.number().min(0).parse(text)),
    multivariate: flags.multivariate,
    activate: flags.activate,
  };
  const path = resolve(context.cwd, flags.file);
  const form = new FormData();
  form.set('options', JSON.stringify(options));
  // The file is streamed from the disk while it is sent.
  const blob = await openAsBlob(path).catch((error: unknown) => {
    throw new Error(`${flags.file} can't be read (${(error as { code?: string }).code ?? String(error)})`);
  });
  form.set('file', blob, basename(path));
  const answer = await ask(context, `/api/v1/models/${encodeURIComponent(flags.model)}/baselines`, {
    method: 'POST',
    body: form,
  });
  const summary = BaselineSummary.parse(answer);
  context.out(flags.json ? `${JSON.stringify(summary)}\n` : describe(summary));
}

async function list(flags: { model?: string; json?: boolean }, context: BaselineContext): Promise<void> {
  const query = flags.model === undefined ? '' : `?model=${encodeURIComponent(flags.model)}`;
  const { baselines } = BaselineList.parse(await ask(context, `/api/v1/baselines${query}`, {}));
  if (flags.json) context.out(`${JSON.stringify(baselines)}\n`);
  else if (baselines.length === 0)
    context.out('No baselines yet: leeway baseline create --model M --file train.parquet\n');
  else context.out(baselines.map(describe).join('\n'));
}

async function activate(id: string, context: BaselineContext): Promise<void> {
  const answer = await ask(context, `/api/v1/baselines/${encodeURIComponent(id)}/activate`, {
    method: 'POST',
  });
  context.out(describe(BaselineSummary.parse(answer)));
}

function describe(summary: BaselineSummary): string {
  const rebin =
    summary.rebin && summary.rebin.state !== 'done' ? `, counting past events: ${summary.rebin.state}` : '';
  const lines = [
    `${summary.active ? '●' : '○'} ${summary.id}  ${summary.model}  ${summary.name}  ${summary.rows.toLocaleString('en')} rows, ${summary.signal_count} signals, made ${summary.created_at}${summary.active ? ', active' : ''}${rebin}`,
    ...summary.left_out.map((one) => `    left out ${one.column}: ${one.message}`),
    ...summary.warnings.map((text) => `    note: ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}

function pairs<T>(flag: string, texts: readonly string[], read: (text: string) => T): Record<string, T> {
  return Object.fromEntries(
    texts.map((text) => {
      const cut = text.lastIndexOf('=');
      try {
        if (cut < 1) throw new RangeError('no "="');
        return [text.slice(0, cut), read(text.slice(cut + 1))];
      } catch {
        throw new Error(`${flag} can't take "${text}"; write column=value`);
      }
    }),
  );
}

async function ask(context: BaselineContext, path: string, init: RequestInit): Promise<unknown> {
  const headers = new Headers(
    context.token === undefined ? {} : [['authorization', `Bearer ${context.token}`]],
  );
  const response = await fetch(`${context.url}${path}`, { ...init, headers, signal: context.signal });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  const problem = Problem.safeParse(body);
  throw new Error(problem.success ? problem.data.detail : `the collector answered ${response.status}`);
}
