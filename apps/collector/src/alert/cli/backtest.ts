import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BacktestResult, Problem } from '@leeway/contract';
import { parseRules } from '../rules/parse.js';
import { describeProblem } from './check.js';
import type { RulesContext } from './rules.js';

interface Options {
  model: string;
  rule?: string;
  from: string;
  to: string;
  json?: boolean;
}

/** `leeway rules backtest`: asks the running collector what each rule would have done. */
export async function backtestCommand(
  file: string,
  options: Options,
  context: RulesContext,
): Promise<number> {
  const path = resolve(context.cwd, file);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return fail(context, `${file} can't be read`);
  const parsed = parseRules(text, path);
  if (parsed.problems.length > 0) {
    for (const problem of parsed.problems) context.err(`${describeProblem(problem, context.cwd)}\n`);
    return 2;
  }
  const chosen = parsed.rules.filter((rule) => options.rule === undefined || rule.name === options.rule);
  if (chosen.length === 0)
    return fail(context, options.rule ? `${file} has no rule "${options.rule}"` : `${file} has no rules`);
  const results: BacktestResult[] = [];
  for (const rule of chosen) {
    const answer = await ask(context, { rule, model: options.model, from: options.from, to: options.to });
    if (typeof answer === 'string') return fail(context, `${rule.name}: ${answer}`);
    results.push(answer);
    if (!options.json) context.out(describe(answer));
  }
  if (options.json) context.out(`${JSON.stringify(results)}\n`);
  return 0;
}

async function ask(context: RulesContext, body: unknown): Promise<BacktestResult | string> {
  try {
    const response = await fetch(`${context.url}/api/v1/rules/backtest`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(context.token !== undefined && { authorization: `Bearer ${context.token}` }),
      },
      body: JSON.stringify(body),
      signal: context.signal,
    });
    const answer: unknown = await response.json();
    if (response.ok) return BacktestResult.parse(answer);
    const problem = Problem.safeParse(answer);
    return problem.success ? problem.data.detail : `the collector answered ${response.status}`;
  } catch (error) {
    return `the collector at ${context.url} could not be asked (${(error as Error).message}); is it running? (--url)`;
  }
}

function describe(result: BacktestResult): string {
  const times = result.fired === 1 ? 'once' : `${result.fired} times`;
  const outcome =
    result.fired === 0 ? 'never fired' : `fired ${times} for ${minutes(result.firing_ms)} in all`;
  const seen = Object.entries(result.observations).map(([kind, n]) => `${n} ${kind.replace('_', ' ')}`);
  const lines = [
    `${result.rule} on ${result.model}, ${result.from} to ${result.to}`,
    `  ${result.windows} windows, ${outcome}, ${result.notifications} ${result.notifications === 1 ? 'notification' : 'notifications'}`,
    `  seen: ${seen.join(', ') || 'nothing'}`,
  ];
  if (result.problem !== null) lines.push(`  some could not be judged: ${result.problem}`);
  for (const episode of result.episodes.filter((e) => e.fired_at !== null).slice(0, 50)) {
    const what = episode.signal ?? (episode.version || 'all versions');
    const end = episode.resolved_at === null ? 'still firing' : `until ${episode.resolved_at}`;
    lines.push(
      `  ${episode.fired_at}  ${what}: ${minutes(episode.duration_ms)}, ${end}, peak ${episode.peak?.toPrecision(3) ?? '–'}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function minutes(ms: number): string {
  const total = Math.round(ms / 60_000);
  return total < 120 ? `${total} min` : `${Math.floor(total / 60)} h ${total % 60} min`;
}

function fail(context: RulesContext, message: string): number {
  context.err(`leeway: ${message}\n`);
  return 2;
}
