import type { Verdict } from '@leeway/contract';
import type { CompiledRule } from '../rules/compile.js';
import { concerns, observeVerdict } from './drift.js';
import type { Finding } from './finding.js';

/**
 * What drift and quality rules see in the verdicts of one run. Windows of the past never alert; of the others only
 * the newest of each signal counts. Pure.
 */
export function findingsOf(
  rules: readonly CompiledRule[],
  verdicts: readonly Verdict[],
  importance: (verdict: Verdict) => number | null,
): Finding[] {
  const newest = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    if (verdict.historical) continue;
    const key = `${verdict.model}\u0000${verdict.version}\u0000${verdict.segment}\u0000${verdict.signal}`;
    const known = newest.get(key);
    if (!known || Date.parse(verdict.window_end) >= Date.parse(known.window_end)) newest.set(key, verdict);
  }
  const findings: Finding[] = [];
  for (const verdict of newest.values()) {
    for (const rule of rules) {
      if (concerns(rule, verdict)) findings.push(observeVerdict(rule, verdict, importance(verdict)));
    }
  }
  return findings;
}
