import { isJoint } from '../incident/rank.js';
import type { Instance } from '../state/instance.js';
import { routingLabels } from '../state/instance.js';
import type { InhibitRule } from './config.js';
import { compileMatchers, type LabelTest } from './matcher.js';

interface Compiled {
  source: LabelTest;
  target: LabelTest;
  equal: readonly string[];
  /** Fingerprints of firing sources by the values of the `equal` labels. */
  sources: Map<string, Set<string>>;
}

/**
 * Which firing alerts mute which others. Sources are indexed by the labels that must be equal, so a storm costs a
 * look-up an alert and not a comparison with every other.
 */
export class Inhibitions {
  readonly #rules: Compiled[];
  /** Firing alerts by rule and model, then by signal, for the `inhibited_by` of rules. */
  readonly #byRule = new Map<string, Map<string, Map<string, Instance>>>();

  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules.map((rule) => ({
      source: compileMatchers(rule.source),
      target: compileMatchers(rule.target),
      equal: rule.equal,
      sources: new Map(),
    }));
  }

  /** Keeps the index; called for every transition. */
  transitioned(instance: Instance): void {
    const firing = instance.state.phase === 'firing';
    const labels = routingLabels(instance);
    for (const rule of this.#rules) {
      if (!rule.source(labels)) continue;
      const key = equalKey(rule.equal, labels);
      const set = rule.sources.get(key) ?? new Set<string>();
      if (firing) set.add(instance.fingerprint);
      else set.delete(instance.fingerprint);
      if (set.size > 0) rule.sources.set(key, set);
      else rule.sources.delete(key);
    }
    if (instance.condition !== 'breach') return;
    if (isDrift(instance) && !isJoint(instance)) keep(this.#single, sliceKey(instance), instance, firing);
    const key = `${instance.rule}\u0000${instance.slice.model}`;
    const signal = instance.slice.signal ?? '';
    const signals = this.#byRule.get(key) ?? new Map<string, Map<string, Instance>>();
    const alerts = signals.get(signal) ?? new Map<string, Instance>();
    if (firing) alerts.set(instance.fingerprint, instance);
    else alerts.delete(instance.fingerprint);
    if (alerts.size > 0) signals.set(signal, alerts);
    else signals.delete(signal);
    if (signals.size > 0) this.#byRule.set(key, signals);
    else this.#byRule.delete(key);
  }

  /** Firing drift alerts on single signals by model, version and segment: they explain what all together show. */
  readonly #single = new Map<string, Map<string, Instance>>();

  /** Fingerprints of firing alerts that mute this one; at most one a rule. */
  inhibiting(instance: Instance): string[] {
    const found: string[] = [];
    const labels = routingLabels(instance);
    for (const rule of this.#rules) {
      // An alert that is source and target alike mutes neither itself nor its equals, or all would be silent.
      if (!rule.target(labels) || rule.source(labels)) continue;
      const [source] = rule.sources.get(equalKey(rule.equal, labels)) ?? [];
      if (source !== undefined) found.push(source);
    }
    if (isJoint(instance) && instance.condition === 'breach') {
      const [explains] = this.#single.get(sliceKey(instance))?.values() ?? [];
      if (explains) found.push(explains.fingerprint);
    }
    for (const name of instance.inhibitedBy) {
      const source = this.#sourceOf(`${name}\u0000${instance.slice.model}`, instance);
      if (source) found.push(source.fingerprint);
    }
    return found;
  }

  #sourceOf(key: string, target: Instance): Instance | null {
    const signals = this.#byRule.get(key);
    if (!signals) return null;
    const { signal } = target.slice;
    const candidates = signal === null ? signals.values() : [signals.get(signal), signals.get('')];
    for (const alerts of candidates) {
      for (const source of alerts?.values() ?? []) if (sameSlice(source, target)) return source;
    }
    return null;
  }
}

function isDrift({ ruleSignal }: Instance): boolean {
  return ruleSignal.startsWith('drift.');
}

function sliceKey({ slice }: Instance): string {
  return `${slice.model}\u0000${slice.version}\u0000${slice.segment}`;
}

function keep(
  index: Map<string, Map<string, Instance>>,
  key: string,
  instance: Instance,
  firing: boolean,
): void {
  const alerts = index.get(key) ?? new Map<string, Instance>();
  if (firing) alerts.set(instance.fingerprint, instance);
  else alerts.delete(instance.fingerprint);
  if (alerts.size > 0) index.set(key, alerts);
  else index.delete(key);
}

/** Equal version, segment and signal where both alerts have one; an alert over the whole model covers its parts. */
function sameSlice(a: Instance, b: Instance): boolean {
  const agree = (x: string | null, y: string | null) => !x || !y || x === y;
  return (
    agree(a.slice.version, b.slice.version) &&
    agree(a.slice.segment, b.slice.segment) &&
    agree(a.slice.signal, b.slice.signal)
  );
}

function equalKey(names: readonly string[], labels: Readonly<Record<string, string>>): string {
  return names.map((name) => labels[name] ?? '').join('\u0000');
}
