import { createHash } from 'node:crypto';
import type { Rule } from '@leeway/contract';
import { type AlertMachine, type Detail, INACTIVE, type Slice } from './types.js';

/** What an instance is about: the rule's condition, or its no-data or error policy. */
export type Condition = 'breach' | 'no_data' | 'error';

/** One alert: a rule on one slice, with its state. Exactly this object is in every journal entry of kind `alert`. */
export interface Instance {
  /** Rule, condition and slice in one string: the identity in memory. */
  key: string;
  /** The identity in the API, in URLs and towards receivers. */
  fingerprint: string;
  rule: string;
  ruleSignal: Rule['signal'];
  severity: Rule['severity'];
  condition: Condition;
  slice: Slice;
  labels: Record<string, string>;
  /** Templates as the rule gives them; rendered when somebody reads. */
  annotations: Record<string, string>;
  runbook: string | null;
  inhibitedBy: string[];
  /** Listed but never sent (`own_state` policy). */
  quiet: boolean;
  state: AlertMachine;
  detail: Detail;
  incident: string | null;
  /** Times of the last changes between firing and resolved, oldest first, at most 20 (flapping). */
  changes: number[];
  acknowledged: { by: string; at: number; comment: string } | null;
}

export function instanceKey(rule: string, condition: Condition, slice: Slice): string {
  return `${rule}\u0000${condition}\u0000${slice.model}\u0000${slice.version}\u0000${slice.segment}\u0000${slice.signal ?? ''}`;
}

/** A new, inactive instance of a rule on a slice. */
export function newInstance(rule: Rule, condition: Condition, slice: Slice, detail: Detail): Instance {
  const key = instanceKey(rule.name, condition, slice);
  return {
    key,
    fingerprint: createHash('sha256').update(key).digest('hex').slice(0, 16),
    rule: rule.name,
    ruleSignal: rule.signal,
    condition,
    slice,
    ...identity(rule, condition, slice),
    annotations: rule.annotations,
    runbook: rule.runbook ?? null,
    inhibitedBy: rule.inhibited_by,
    state: { ...INACTIVE },
    detail,
    incident: null,
    changes: [],
    acknowledged: null,
  };
}

/** What routes, silences and receivers know an alert by, as its rule now says. */
export function identity(
  rule: Rule,
  condition: Condition,
  slice: Slice,
): Pick<Instance, 'severity' | 'quiet' | 'labels'> {
  const quiet =
    condition === 'no_data'
      ? rule.no_data === 'own_state'
      : condition === 'error' && rule.on_error === 'own_state';
  const severity = quiet ? 'info' : rule.severity;
  const labels = {
    ...rule.labels,
    rule: rule.name,
    model: slice.model,
    version: slice.version,
    segment: slice.segment,
    signal: slice.signal ?? rule.signal,
    severity,
    condition,
  };
  return { severity, quiet, labels };
}

/**
 * The instance with its rule's present texts. What it is known by changes only between two episodes: an open alert
 * whose rule got other labels ends (`rule_changed`) and begins anew, as in Prometheus.
 */
export function underRule(instance: Instance, rule: Rule): Instance {
  const open = instance.state.phase === 'pending' || instance.state.phase === 'firing';
  return {
    ...instance,
    ...(open ? {} : identity(rule, instance.condition, instance.slice)),
    ruleSignal: rule.signal,
    annotations: rule.annotations,
    runbook: rule.runbook ?? null,
    inhibitedBy: rule.inhibited_by,
  };
}

/** Labels that a rule can't set, because the alert has them itself. */
export const RESERVED_LABELS = [
  'alertname',
  'rule',
  'model',
  'version',
  'segment',
  'signal',
  'severity',
  'condition',
  'incident',
  'fingerprint',
] as const;

/** All labels that routes, silences and inhibitions see. */
export function routingLabels(instance: Instance): Record<string, string> {
  return {
    ...instance.labels,
    alertname: instance.rule,
    incident: instance.incident ?? '',
    fingerprint: instance.fingerprint,
  };
}
