import { z } from 'zod';
import { Moment } from './words.js';

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
  runbook: z.url({ protocol: /^https?$/, error: 'write an http:// or https:// URL' }).optional(),
  /** Rules whose firing alert on the same model (and version, segment, signal where both have one) mutes this one. */
  inhibited_by: z.array(z.string()).max(50).default([]),
  /** What a window without events means: its own alert, fine, nothing changes, or an alert that is listed but not sent. */
  no_data: EvidencePolicy.default('keep_last'),
  /** How long data must be away before the `no_data` policy acts. */
  no_data_for: Duration.default('10m'),
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
/** One error in a rule file or text. `line` and `column` count from 1; null where the input had no text. */
export const RuleProblem = z.object({
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
  /** e.g. `rules[2].condition.value`. */
  field: z.string(),
  code: z.string(),
  message: z.string(),
});
export type RuleProblem = z.infer<typeof RuleProblem>;

/** `GET /rules`: every rule with its origin, and the errors of rule files that are not in force. */
export const RuleList = z.object({
  rules: z.array(ListedRule),
  problems: z.array(RuleProblem),
});
export type RuleList = z.infer<typeof RuleList>;

/** Body of `POST /rules/validate`: YAML text, or rules as JSON. */
export const ValidateRules = z
  .object({ yaml: z.string().max(1_000_000).optional(), rules: z.array(z.unknown()).max(1_000).optional() })
  .refine((b) => (b.yaml === undefined) !== (b.rules === undefined), 'give either `yaml` or `rules`');
export type ValidateRules = z.infer<typeof ValidateRules>;
export const RuleValidation = z.object({
  ok: z.boolean(),
  rules: z.array(Rule),
  problems: z.array(RuleProblem),
});
export type RuleValidation = z.infer<typeof RuleValidation>;

/** Body of `POST /rules/{name}/enabled`. */
export const RuleEnabled = z.object({ enabled: z.boolean(), author: z.string().max(200).default('api') });
export type RuleEnabled = z.infer<typeof RuleEnabled>;

/** Body of `POST /rules/backtest`: what would this rule have done over stored history? */
export const BacktestRequest = z.object({
  rule: z.unknown(),
  model: z.string(),
  /** RFC 3339, epoch ms as text, or `now-7d`. */
  from: z.string().max(64).default('now-7d'),
  to: z.string().max(64).default('now'),
});
export type BacktestRequest = z.infer<typeof BacktestRequest>;
export const BacktestEpisode = z.object({
  version: z.string(),
  segment: z.string(),
  signal: z.string().nullable(),
  pending_at: Moment,
  fired_at: Moment.nullable(),
  /** Null when it still fired at the end of the range. */
  resolved_at: Moment.nullable(),
  duration_ms: z.number(),
  peak: z.number().nullable(),
  reason: z.string(),
});
export type BacktestEpisode = z.infer<typeof BacktestEpisode>;
export const BacktestResult = z.object({
  rule: z.string(),
  model: z.string(),
  from: Moment,
  to: Moment,
  windows: z.number().int(),
  observations: z.record(z.string(), z.number()),
  /** Why some windows could not be judged at all, e.g. for want of a baseline's value; null when all could. */
  problem: z.string().nullable(),
  fired: z.number().int(),
  firing_ms: z.number(),
  /** Messages that the default grouping (incident, group_interval, repeat_interval) would have sent. */
  notifications: z.number().int(),
  episodes: z.array(BacktestEpisode),
  truncated: z.boolean(),
  took_ms: z.number(),
});
export type BacktestResult = z.infer<typeof BacktestResult>;
