import { durationMs, type Rule } from '@leeway/contract';
import type { Timing } from '../state/types.js';
import { compileGlob, type Glob } from './glob.js';

export type RuleFamily = 'drift' | 'quality' | 'operational' | 'silence';
export type RuleOrigin = 'builtin' | 'file' | 'api';

/** A rule with everything parsed that evaluation needs over and over. Durations in ms. */
export interface CompiledRule {
  rule: Rule;
  origin: RuleOrigin;
  file: string | null;
  family: RuleFamily;
  timing: Timing;
  /** Timing of the rule's own no-data and error alerts. */
  absenceTiming: Timing;
  /** Null = the model's own window. */
  windowMs: number | null;
  model: Glob;
  version: Glob;
  segment: Glob;
  feature: Glob;
}

/** Which kind of evidence a rule's signal needs. `quality.invalid` is counted per model, the rest per signal. */
export function familyOf(signal: Rule['signal']): RuleFamily {
  if (signal === 'ingest.silence') return 'silence';
  if (signal.startsWith('drift.')) return 'drift';
  if (signal.startsWith('quality.') && signal !== 'quality.invalid') return 'quality';
  return 'operational';
}

/** Prepares a validated rule. Pure. */
export function compileRule(rule: Rule, origin: RuleOrigin, file: string | null = null): CompiledRule {
  return {
    rule,
    origin,
    file,
    family: familyOf(rule.signal),
    timing: { forMs: durationMs(rule.for), keepFiringForMs: durationMs(rule.keep_firing_for) },
    absenceTiming: { forMs: durationMs(rule.no_data_for), keepFiringForMs: 0 },
    windowMs: rule.window === undefined ? null : durationMs(rule.window),
    model: compileGlob(rule.selector.model),
    version: compileGlob(rule.selector.version),
    segment: compileGlob(rule.selector.segment),
    feature: compileGlob(rule.selector.feature),
  };
}
