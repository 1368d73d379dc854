import { resolve } from 'node:path';
import { AlertState, Duration, Moment, RULE_SIGNALS, type Rule, type RuleProblem } from '@leeway/contract';
import { z } from 'zod';
import { AlertConfig } from '../notify/config.js';
import { loadAlertConfig } from '../notify/load-config.js';
import { BUILTIN_RULES } from '../rules/builtin.js';
import { loadRules } from '../rules/files.js';
import { flattenIssues, YamlSource } from '../rules/yaml-source.js';
import { parseSeries } from './series.js';

const Series = z.union([z.string(), z.number()]).transform((text, context) => {
  try {
    return parseSeries(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const GivenVerdicts = z
  .strictObject({
    signal: z.string(),
    version: z.string().default('1'),
    segment: z.string().default(''),
    /** De-biased PSI per step; above 0.1 and 0.2 the verdict is moderate and significant. */
    psi: Series.optional(),
    /** Lower end of KS, and Jensen–Shannon distance. Without a PSI beside them the change counts as proven. */
    ks: Series.optional(),
    js: Series.optional(),
    /** Shares of the values, 0 to 1. */
    missing: Series.optional(),
    out_of_range: Series.optional(),
    unseen: Series.optional(),
    rows: z.number().int().min(1).default(10_000),
  })
  .refine(
    (given) => VERDICT_SERIES.some((name) => given[name] !== undefined),
    `give at least one of psi, ks, js, missing, out_of_range, unseen`,
  );
export const VERDICT_SERIES = ['psi', 'ks', 'js', 'missing', 'out_of_range', 'unseen'] as const;

const METRICS = RULE_SIGNALS.flatMap((signal) =>
  signal.startsWith('performance.') ? [signal.slice('performance.'.length)] : [],
);
const GivenFigures = z.strictObject({
  version: z.string().default('1'),
  segment: z.string().default(''),
  requests: Series,
  errors: Series.optional(),
  anomalies: Series.optional(),
  rejected: Series.optional(),
  tokens_input: Series.optional(),
  tokens_output: Series.optional(),
  /** Every request of the step takes so long. */
  latency_ms: Series.optional(),
  /** Metrics by name, told by a label for every request. */
  performance: z.partialRecord(z.enum(METRICS), Series).default({}),
});
const WantedAlert = z.strictObject({
  rule: z.string(),
  signal: z.string().optional(),
  version: z.string().optional(),
  segment: z.string().optional(),
  state: AlertState.default('firing'),
});

export const RuleTest = z.strictObject({
  name: z.string(),
  model: z.string().default('model'),
  start: Moment.default('2026-01-05T00:00:00Z'),
  interval: Duration.default('5m'),
  window: Duration.default('5m'),
  verdicts: z.array(GivenVerdicts).default([]),
  figures: z.array(GivenFigures).default([]),
  baseline_latency: z.strictObject({ p50: z.number(), p95: z.number(), p99: z.number() }).optional(),
  baseline_performance: z.partialRecord(z.enum(METRICS), z.number()).default({}),
  capacity_per_second: z.number().positive().optional(),
  cost_per_1k_input: z.number().min(0).default(0),
  cost_per_1k_output: z.number().min(0).default(0),
  /** At these times after the start, exactly these alerts are pending, firing or resolved. */
  want: z.array(z.strictObject({ at: Duration, alerts: z.array(WantedAlert) })).default([]),
  /** Exactly these notifications, in order. */
  notifications: z
    .array(
      z.strictObject({
        at: Duration,
        why: z.enum(['first', 'new_signals', 'worse', 'some_resolved', 'all_resolved', 'repeat']),
      }),
    )
    .optional(),
});
export type RuleTest = z.infer<typeof RuleTest>;

const TestFile = z.strictObject({
  /** Rule files, relative to this one. */
  rules: z.union([z.string().transform((file) => [file]), z.array(z.string())]).default([]),
  /** An alert file for routes, mute times and inhibition. */
  alerts: z.string().optional(),
  /** Whether the built-in rules take part too. */
  builtin: z.boolean().default(false),
  tests: z.array(RuleTest).min(1),
});

export interface Suite {
  rules: Rule[];
  config: AlertConfig;
  tests: RuleTest[];
}

/** Reads a test file and everything it names. */
export async function readTests(
  text: string,
  path: string,
): Promise<{ suite: Suite | null; problems: RuleProblem[] }> {
  const source = new YamlSource(text, path);
  if (source.problems.length > 0) return { suite: null, problems: source.problems };
  const parsed = TestFile.safeParse(source.value);
  if (!parsed.success) {
    const problems = flattenIssues(parsed.error, []).map((i) => source.problem(i.path, i.code, i.message));
    return { suite: null, problems };
  }
  const problems: RuleProblem[] = [];
  const rules = new Map<string, Rule>();
  if (parsed.data.builtin) for (const rule of BUILTIN_RULES) rules.set(rule.name, rule);
  for (const file of parsed.data.rules) {
    const loaded = await loadRules(resolve(path, '..', file));
    problems.push(...loaded.problems);
    for (const { rule } of loaded.rules) rules.set(rule.name, rule);
  }
  let config = AlertConfig.parse({ route: { receiver: 'test' } });
  if (parsed.data.alerts !== undefined) {
    const loaded = await loadAlertConfig(resolve(path, '..', parsed.data.alerts));
    problems.push(...loaded.problems);
    config = loaded.config ?? config;
  }
  if (problems.length > 0) return { suite: null, problems };
  return { suite: { rules: [...rules.values()], config, tests: parsed.data.tests }, problems };
}
