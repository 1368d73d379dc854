import { z } from 'zod';

/** What a rule can watch. Drift statistics are per signal; the rest per model, version and segment. */
export const RULE_SIGNALS = [
  'drift.psi',
  'drift.ks',
  'drift.js',
  'drift.sequential',
  'latency.p50',
  'latency.p95',
  'latency.p99',
  'throughput',
  'error_rate',
  'anomaly_rate',
  'quality.missing',
  'quality.out_of_range',
  'quality.unseen',
  'quality.invalid',
  'performance.accuracy',
  'performance.precision',
  'performance.recall',
  'performance.f1',
  'performance.auc',
  'performance.mae',
  'performance.rmse',
  'performance.bias',
  'performance.estimated_accuracy',
  'cost.tokens_input',
  'cost.tokens_output',
  'cost.total',
  'ingest.silence',
] as const;
export const RuleSignal = z.enum(RULE_SIGNALS);
export type RuleSignal = z.infer<typeof RuleSignal>;

/** A Prometheus duration: `30s`, `5m`, `1h`, `7d`, or several in falling order such as `1h30m`. */
export const Duration = z
  .string()
  .regex(
    /^(0|(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?)$/,
    'a duration is written like 30s, 5m, 1h30m or 7d',
  )
  .refine((text) => text.length > 0, 'a duration is written like 30s, 5m, 1h30m or 7d');

const UNIT_MS: Record<string, number> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

/** Milliseconds of a `Duration`. Throws `RangeError` on text that is none. */
export function durationMs(text: string): number {
  if (!Duration.safeParse(text).success)
    throw new RangeError(`"${text}" is not a duration such as 30s, 5m or 1h30m`);
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[wdhms])/g))
    total += Number(amount) * UNIT_MS[unit!]!;
  return total;
}

export const Severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof Severity>;

export const RuleCondition = z
  .object({
    op: z.enum(['>', '>=', '<', '<=']),
    /** Absolute threshold, in the signal's unit (PSI, ms, share 0..1, events/s). */
    value: z.number().optional(),
    /** Or a multiple of the baseline's or the capacity's value. */
    ratio: z.number().positive().optional(),
    to: z.enum(['baseline', 'capacity']).optional(),
  })
  .refine(
    (c) => (c.value === undefined) !== (c.ratio === undefined),
    'give either `value` or `ratio`, not both',
  )
  .refine(
    (c) => c.ratio === undefined || c.to !== undefined,
    'a `ratio` needs `to: baseline` or `to: capacity`',
  );

export const EvidencePolicy = z.enum(['alert', 'ok', 'keep_last', 'own_state']);

export const Rule = z.object({
  name: z
    .string()
    .min(1)
    .max(120)
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a rule name is made of letters, digits, ".", "_" and "-"'),
  description: z.string().max(2_000).default(''),
  enabled: z.boolean().default(true),
  signal: RuleSignal,
  /** Globs. `feature` matches the signal's name and counts for drift and quality only. */
  selector: z
    .object({
      model: z.string().default('*'),
      version: z.string().default('*'),
      segment: z.string().default(''),
      feature: z.string().default('*'),
    })
    .prefault({}),
  condition: RuleCondition,
  /** Window judged; the model's own when absent. */
  window: Duration.optional(),
  for: Duration.default('0'),
  keep_firing_for: Duration.default('0'),
  /** Value that must be passed back before the alert may resolve; the condition's threshold when absent. */
  recovery: z.number().optional(),
  /** Rows a window needs at least before this rule looks at it. */
  min_rows: z.number().int().min(0).default(0),
  severity: Severity.default('warning'),
  labels: z.record(z.string(), z.string()).default({}),
  /** Mustache templates over the alert: `{{model}}`, `{{value}}`, `{{labels.team}}` … */
  annotations: z.record(z.string(), z.string().max(4_000)).default({}),
  runbook: z.url().optional(),
  no_data: EvidencePolicy.default('keep_last'),
  on_error: EvidencePolicy.default('keep_last'),
});
export type Rule = z.infer<typeof Rule>;

export const RuleOrigin = z.enum(['builtin', 'file', 'api']);
export const ListedRule = Rule.extend({
  origin: RuleOrigin,
  /** File path for `file`, null otherwise. */
  file: z.string().nullable(),
  firing: z.number().int(),
  pending: z.number().int(),
});
export type ListedRule = z.infer<typeof ListedRule>;
