import { type Instance, identity } from '../state/instance.js';
import type { WithdrawalReason } from '../state/types.js';
import type { CompiledRule } from './compile.js';

/**
 * Why a rule as it is now would not raise this open alert any more; null when it would. Nobody would look at such an
 * alert again, so it would stand there for ever. Pure.
 */
export function withdrawalOf(instance: Instance, compiled: CompiledRule | null): WithdrawalReason | null {
  if (compiled?.rule.enabled !== true) return 'rule_removed';
  const same =
    compiled.rule.signal === instance.ruleSignal &&
    selects(compiled, instance) &&
    wantsCondition(compiled, instance) &&
    sameIdentity(compiled, instance);
  return same ? null : 'rule_changed';
}

function selects(compiled: CompiledRule, { slice, condition }: Instance): boolean {
  if (!compiled.model(slice.model)) return false;
  // What could not be read at all has no version and segment.
  if (condition === 'error' && slice.version === '' && slice.signal === null) return true;
  if (compiled.family === 'silence') return true;
  if (wholeModel(compiled)) return slice.version === '' && slice.segment === '';
  if (!compiled.version(slice.version) || !compiled.segment(slice.segment)) return false;
  return slice.signal === null || compiled.feature(slice.signal);
}

/** Whether a rule looks at all versions of a model together. */
export function wholeModel({ rule, family }: CompiledRule): boolean {
  if (family === 'silence') return true;
  return rule.signal === 'throughput' && rule.selector.version === '*' && rule.selector.segment === '';
}

function wantsCondition({ rule }: CompiledRule, { condition }: Instance): boolean {
  if (condition === 'breach') return true;
  const policy = condition === 'no_data' ? rule.no_data : rule.on_error;
  return policy === 'alert' || policy === 'own_state';
}

function sameIdentity({ rule }: CompiledRule, instance: Instance): boolean {
  const now = identity(rule, instance.condition, instance.slice);
  const names = new Set([...Object.keys(now.labels), ...Object.keys(instance.labels)]);
  const labels = now.labels as Record<string, string>;
  return now.quiet === instance.quiet && [...names].every((name) => labels[name] === instance.labels[name]);
}
