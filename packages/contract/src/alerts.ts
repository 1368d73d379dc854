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
  /** 1 for the first time this alert came up, 2 for the second … */
  episode: z.number().int(),
  /** What the alert is about: the rule's own condition, or its no-data or error policy. */
  condition: z.enum(['breach', 'no_data', 'error']),
  /** Evidence is missing at the moment; the alert neither resolves nor escalates for it. */
  stale: z.boolean(),
  /** What the newest window could tell; `ok` = it could be judged. */
  evidence: z.enum(['ok', 'insufficient', 'no_data', 'error']),
  /** One sentence for people: how bad, on how many events. */
  summary: z.string(),
  /** The journal's named reason of the last transition, e.g. `held_for`. */
  reason: z.string(),
  value: z.number().nullable(),
  threshold: z.number(),
  unit: z.string(),
  n: z.number().nullable(),
  direction: Direction.nullable(),
  /** First bad window's start of this episode. */
  since: Moment,
  /** The newest window that was judged, for the link to it. */
  window: z.object({ from: Moment, to: Moment }).nullable(),
  fired_at: Moment.nullable(),
  resolved_at: Moment.nullable(),
  updated_at: Moment,
  incident: z.string().nullable(),
  silenced_by: z.array(z.string()),
  /** Fingerprints of the firing alerts that mute this one. */
  inhibited_by: z.array(z.string()),
  /** The same alerts by name, for people. */
  inhibitors: z
    .array(
      z.object({
        fingerprint: z.string(),
        rule: z.string(),
        severity: Severity,
        /** What it is about, e.g. `distance` or `error_rate`. */
        subject: z.string(),
        incident: z.string().nullable(),
      }),
    )
    .optional(),
  /** It changes state so often that its notifications are held back. */
  flapping: z.boolean(),
  acknowledged_by: z.string().nullable(),
  runbook: z.string().nullable(),
});
export type Alert = z.infer<typeof Alert>;
/** `GET /alerts?state&model`, worst and newest first. */
export const AlertList = z.object({
  alerts: z.array(Alert),
  firing: z.number().int(),
  pending: z.number().int(),
  truncated: z.boolean(),
});
export type AlertList = z.infer<typeof AlertList>;
/** Body of `POST /alerts/{fingerprint}/ack` and `POST /incidents/{id}/ack`. */
export const Acknowledgement = z.object({
  author: z.string().min(1).max(200),
  comment: z.string().max(2_000).default(''),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

export const IncidentSignal = z.object({
  fingerprint: z.string(),
  /** The rule's own signal name for alerts over the whole model, e.g. `error_rate`. */
  signal: z.string(),
  segment: z.string(),
  rule: z.string(),
  /** Other rules of the incident with an alert about the same signal; the worst one speaks for all. */
  also: z.array(z.string()).optional(),
  severity: Severity,
  unit: z.string(),
  summary: z.string(),
  value: z.number().nullable(),
  threshold: z.number(),
  n: z.number().nullable(),
  importance: z.number().nullable(),
  rank: z.number(),
  direction: Direction.nullable(),
  state: AlertState,
  since: Moment,
});
export type IncidentSignal = z.infer<typeof IncidentSignal>;

export const IncidentEvent = z.object({
  at: Moment,
  /** `onset`, `pending`, `firing`, `resolved`, `acknowledged`, `silenced`, `notified`, `deploy`. */
  kind: z.string(),
  text: z.string(),
});
export type IncidentEvent = z.infer<typeof IncidentEvent>;

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
  /** Ranked by severity, then drift × importance, the worst 200; `signal_count` tells how many there are. */
  signals: z.array(IncidentSignal),
  signal_count: z.number().int(),
  firing_count: z.number().int(),
  segments: z.array(z.object({ segment: z.string(), psi: z.number().nullable(), n: z.number() })),
  /** Version or deploy nearest to the onset. */
  nearest_change: z.object({ at: Moment, text: z.string() }).nullable(),
  acknowledged_by: z.string().nullable(),
  timeline: z.array(IncidentEvent),
});
export type Incident = z.infer<typeof Incident>;
/** `GET /incidents?state&model`, newest first. */
export const IncidentList = z.object({ incidents: z.array(Incident), truncated: z.boolean() });
export type IncidentList = z.infer<typeof IncidentList>;

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
export type NewSilence = z.infer<typeof NewSilence>;
export type Silence = z.infer<typeof Silence>;
/** `GET /silences?state`, active first; the newest 1,000. */
export const SilenceList = z.object({
  silences: z.array(Silence),
  total: z.number().int(),
  truncated: z.boolean(),
});
export type SilenceList = z.infer<typeof SilenceList>;

export const Delivery = z.object({
  id: z.string(),
  receiver: z.string(),
  kind: z.string(),
  dedup_key: z.string(),
  incident: z.string().nullable(),
  why: z.enum(['first', 'new_signals', 'worse', 'some_resolved', 'all_resolved', 'repeat', 'test']),
  state: z.enum(['queued', 'delivered', 'failed']),
  attempts: z.number().int(),
  last_error: z.string().nullable(),
  created_at: Moment,
  delivered_at: Moment.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;
/** `GET /deliveries?receiver&state`, newest first. */
export const DeliveryList = z.object({ deliveries: z.array(Delivery), truncated: z.boolean() });
export type DeliveryList = z.infer<typeof DeliveryList>;

export const ReceiverStatus = z.object({
  name: z.string(),
  kind: z.enum(['webhook', 'slack', 'pagerduty', 'email', 'alertmanager', 'log']),
  /** Where it sends, with every secret redacted. */
  target: z.string(),
  /** `failing` after a retryable error, `gone` after 410: nothing is sent until the configuration changes. */
  health: z.enum(['ok', 'failing', 'gone', 'idle']),
  last_error: z.string().nullable(),
  queued: z.number().int(),
  last_delivery: Delivery.nullable(),
});
export type ReceiverStatus = z.infer<typeof ReceiverStatus>;
/** `GET /receivers`. */
export const ReceiverList = z.object({ receivers: z.array(ReceiverStatus), problems: z.array(z.string()) });
export type ReceiverList = z.infer<typeof ReceiverList>;
/** `POST /receivers/{name}/test`: what the receiver answered to a test message. */
export const ReceiverTest = z.object({
  receiver: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  took_ms: z.number(),
});
export type ReceiverTest = z.infer<typeof ReceiverTest>;
