import { z } from 'zod';

/** The verdict on one signal in one window. `drifting` comes from the sequential detector only. */
export const VERDICT_KINDS = [
  'stable',
  'moderate',
  'significant',
  'drifting',
  'insufficient_data',
  'no_data',
] as const;
export const VerdictKind = z.enum(VERDICT_KINDS);
export type VerdictKind = z.infer<typeof VerdictKind>;

/** How bad a verdict is, for sorting: the highest wins where several are summed up in one. */
export const VERDICT_RANK: Record<VerdictKind, number> = {
  no_data: 0,
  insufficient_data: 1,
  stable: 2,
  moderate: 3,
  drifting: 4,
  significant: 5,
};

/** The worst verdict of a list; `no_data` for an empty one. */
export function worstVerdict(kinds: Iterable<VerdictKind>): VerdictKind {
  let worst: VerdictKind = 'no_data';
  for (const kind of kinds) if (VERDICT_RANK[kind] > VERDICT_RANK[worst]) worst = kind;
  return worst;
}

/** What the values of a signal are. An `embedding` is a feature whose value is an array of numbers. */
export const SignalKind = z.enum(['numeric', 'categorical', 'boolean', 'embedding']);
export type SignalKind = z.infer<typeof SignalKind>;

/** Where a signal's values come from in an event. `joint` is one number made of all numeric features. */
export const SignalRole = z.enum(['feature', 'prediction', 'score', 'latency', 'label', 'joint']);
export type SignalRole = z.infer<typeof SignalRole>;

/**
 * Names of the signals that are not features. They start with `@`; a feature whose own name starts with `@`
 * is written with the `@` doubled, so the two can never collide.
 */
export const PREDICTION_SIGNAL = '@prediction';
export const SCORE_SIGNAL = '@score';
export const LATENCY_SIGNAL = '@latency';
export const LABEL_SIGNAL = '@label';
/** The joint signal of all numeric features together (multivariate detector). */
export const MULTIVARIATE_SIGNAL = '@multivariate';

/**
 * Orders judged signals by what to look at first: the worst verdict, single signals before the joint one (which says
 * that something moved and not what), the largest PSI, then the name.
 */
export function byWorst(
  a: { signal: string; verdict: VerdictKind; psi_debiased: number | null },
  b: { signal: string; verdict: VerdictKind; psi_debiased: number | null },
): number {
  return (
    VERDICT_RANK[b.verdict] - VERDICT_RANK[a.verdict] ||
    Number(a.signal === MULTIVARIATE_SIGNAL) - Number(b.signal === MULTIVARIATE_SIGNAL) ||
    (b.psi_debiased ?? -1) - (a.psi_debiased ?? -1) ||
    a.signal.localeCompare(b.signal, 'en', { numeric: true })
  );
}

/** The signal name of a feature. */
export function featureSignal(feature: string): string {
  return feature.startsWith('@') ? `@${feature}` : feature;
}

/** The feature behind a signal name, or null for `@prediction` and the like. */
export function signalFeature(signal: string): string | null {
  if (!signal.startsWith('@')) return signal;
  return signal.startsWith('@@') ? signal.slice(1) : null;
}

/** What a signal is called before people: a feature by its own name, the rest in words that no feature is likely to have. */
export function signalTitle(signal: string): string {
  return signalFeature(signal) ?? SIGNAL_TITLES[signal] ?? signal;
}

const SIGNAL_TITLES: Readonly<Record<string, string>> = {
  '@prediction': 'prediction (output)',
  '@score': 'score (output)',
  '@latency': 'latency (service)',
  '@label': 'label (outcome)',
  '@multivariate': 'all numeric features together',
};

/** A moment as the API writes it: RFC 3339 in UTC with milliseconds. */
export const Moment = z.iso.datetime({ offset: true });

/** Half of a surrogate pair: JSON can spell it (`\ud800`), UTF-8 and every store can't. */
const LONE_SURROGATE = /\p{Surrogate}/u;
export const HALF_CHARACTER = 'has half of a surrogate pair, which is no character';

/** Whether a text can be written as UTF-8. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

export const ModelName = z
  .string()
  .min(1, 'a model name needs at least one character')
  .max(200, 'a model name has at most 200 characters')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  .regex(/^[^\u0000-\u001f\u007f/]+$/, 'a model name has no control characters and no "/"')
  .refine(isWellFormed, `a model name ${HALF_CHARACTER}`);
export const VersionName = z.string().min(1).max(200).refine(isWellFormed, HALF_CHARACTER);
