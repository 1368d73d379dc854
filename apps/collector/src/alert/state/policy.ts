import type { Finding } from '../observe/finding.js';
import type { Condition } from './instance.js';
import type { Observation } from './types.js';

/** One observation for one instance of a rule. */
export interface Aim {
  condition: Condition;
  observation: Observation;
}

/**
 * Applies a rule's no-data and error policies to what it saw: what the rule's own alert is told, and what its
 * `no_data` and `error` alerts are told where the policy wants them. Pure; `now` in epoch ms.
 */
export function aims({ rule, observation, detail }: Finding, now: number): Aim[] {
  const { no_data, on_error } = rule.rule;
  const list: Aim[] = [{ condition: 'breach', observation }];
  if (observation.kind === 'withdrawn') return list;
  const since = observation.kind === 'no_data' ? observation.since : null;
  const windowStart = detail.window?.from ?? since ?? now;
  if (observation.kind === 'no_data' && no_data === 'ok')
    list[0]!.observation = { kind: 'clear', value: null };
  if (observation.kind === 'error' && on_error === 'ok')
    list[0]!.observation = { kind: 'clear', value: null };
  if (no_data === 'alert' || no_data === 'own_state') {
    list.push({
      condition: 'no_data',
      observation: absence(observation.kind === 'no_data', observation.kind === 'error', windowStart),
    });
  }
  if (on_error === 'alert' || on_error === 'own_state') {
    list.push({ condition: 'error', observation: absence(observation.kind === 'error', false, windowStart) });
  }
  return list;
}

/** For an alert about absence, the absence is the breach and any data is the recovery. */
function absence(absent: boolean, unknown: boolean, windowStart: number): Observation {
  if (absent) return { kind: 'breach', value: null, windowStart };
  return unknown ? { kind: 'error', reason: 'the window could not be read' } : { kind: 'clear', value: null };
}
