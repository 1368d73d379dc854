import { z } from 'zod';
import { Severity } from './rules.js';
import { Direction } from './verdicts.js';
import { Moment } from './words.js';

export const AlertState = z.enum(['inactive', 'pending', 'firing', 'resolved']);
export type AlertState = z.infer<typeof AlertState>;

export const Alert = z.object({
  /** Hash of rule and labels: the same alert keeps it over all its episodes. */
  fingerprint: z.string(),
  rule: z.string(),
  rule_signal: z.string(),
  severity: Severity,
  model: z.string(),
  version: z.string(),
  segment: z.string(),
  /** The signal for drift and quality rules, null for rules over the whole model. */
  signal: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  state: AlertState,
  /** Evidence is missing at the moment; the alert neither resolves nor escalates for it. */
  stale: z.boolean(),
  /** The journal's named reason of the last transition, e.g. `held_for`. */
  reason: z.string(),
  value: z.number().nullable(),
  threshold: z.number(),
  unit: z.string(),
  n: z.number().nullable(),
  /** First bad window's start of this episode. */
  since: Moment,
  fired_at: Moment.nullable(),
  resolved_at: Moment.nullable(),
  updated_at: Moment,
  incident: z.string().nullable(),
  silenced_by: z.array(z.string()),
  inhibited_by: z.array(z.string()),
  acknowledged_by: z.string().nullable(),
  runbook: z.string().nullable(),
});
export type Alert = z.infer<typeof Alert>;

export const IncidentSignal = z.object({
  signal: z.string(),
  rule: z.string(),
  value: z.number().nullable(),
  threshold: z.number(),
  n: z.number().nullable(),
  importance: z.number().nullable(),
  rank: z.number(),
  direction: Direction.nullable(),
  state: AlertState,
  since: Moment,
});

export const IncidentEvent = z.object({
  at: Moment,
  /** `onset`, `pending`, `firing`, `resolved`, `acknowledged`, `silenced`, `notified`, `deploy`. */
  kind: z.string(),
  text: z.string(),
});

export const Incident = z.object({
  id: z.string(),
  model: z.string(),
  version: z.string(),
  severity: Severity,
  state: z.enum(['firing', 'resolved']),
  title: z.string(),
  since: Moment,
  fired_at: Moment,
  resolved_at: Moment.nullable(),
  signals: z.array(IncidentSignal),
  segments: z.array(z.object({ segment: z.string(), psi: z.number().nullable(), n: z.number() })),
  /** Version or deploy nearest to the onset. */
  nearest_change: z.object({ at: Moment, text: z.string() }).nullable(),
  acknowledged_by: z.string().nullable(),
  timeline: z.array(IncidentEvent),
});
export type Incident = z.infer<typeof Incident>;

export const Matcher = z.object({
  label: z.string().min(1),
  op: z.enum(['=', '!=', '=~', '!~']).default('='),
  value: z.string().max(1_000),
});
export type Matcher = z.infer<typeof Matcher>;

export const NewSilence = z.object({
  matchers: z
    .array(Matcher)
    .min(1, 'a silence needs at least one matcher, or it would silence everything')
    .max(20),
  starts_at: Moment,
  ends_at: Moment,
  author: z.string().min(1).max(200),
  comment: z.string().min(1, 'say why, for the colleague who finds it at night').max(2_000),
});
export const Silence = NewSilence.extend({
  id: z.string(),
  state: z.enum(['pending', 'active', 'expired']),
  created_at: Moment,
});
export type Silence = z.infer<typeof Silence>;

export const Delivery = z.object({
  id: z.string(),
  receiver: z.string(),
  kind: z.string(),
  dedup_key: z.string(),
  incident: z.string().nullable(),
  why: z.enum(['first', 'new_signals', 'some_resolved', 'all_resolved', 'repeat', 'test']),
  state: z.enum(['queued', 'delivered', 'failed']),
  attempts: z.number().int(),
  last_error: z.string().nullable(),
  created_at: Moment,
  delivered_at: Moment.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

export const ReceiverStatus = z.object({
  name: z.string(),
  kind: z.enum(['webhook', 'slack', 'pagerduty', 'email', 'alertmanager', 'log']),
  /** Where it sends, with every secret redacted. */
  target: z.string(),
  last_delivery: Delivery.nullable(),
});
export type ReceiverStatus = z.infer<typeof ReceiverStatus>;
