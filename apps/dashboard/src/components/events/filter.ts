import { type FeatureOp, featureFilter } from '../../lib/feature-filter';

/** One condition on a feature, as the form holds it. */
export type FeatureFilter = { name: string; op: FeatureOp; value: string };
export const FEATURE_OPS = [
  '>',
  '>=',
  '<',
  '<=',
  '=',
  '!=',
  'missing',
] as const satisfies readonly FeatureOp[];

export const OP_WORDS: Record<FeatureOp, string> = {
  '>': '>',
  '>=': '≥',
  '<': '<',
  '<=': '≤',
  '=': 'is',
  '!=': 'is not',
  missing: 'is missing',
};

/** The API's text for a condition, null for a name that can't be written. */
export function featureText({ name, op, value }: FeatureFilter): string | null {
  return name === '' ? null : featureFilter(name, op, value);
}

/** Reads what `featureText` writes; null for text that is no condition. */
export function parseFeature(text: string): FeatureFilter | null {
  const match = /^(?:"([^"]+)"|(.+?))(?:\s+(is missing)|\s*(<=|>=|!=|<|>|=)\s*(.*))$/su.exec(text.trim());
  if (!match) return null;
  const name = match[1] ?? match[2] ?? '';
  if (match[3]) return { name, op: 'missing', value: '' };
  const op = FEATURE_OPS.find((known) => known === match[4]);
  return op ? { name, op, value: match[5] ?? '' } : null;
}

/** What is wrong with a condition, as a sentence; null when the API would take it. */
export function featureProblem(filter: FeatureFilter): string | null {
  if (filter.name.trim() === '') return 'Name the feature.';
  if (featureText(filter) === null) return 'A name with both quotes and operators can’t be filtered by.';
  const numeric = ['>', '>=', '<', '<='].includes(filter.op);
  if (numeric && (filter.value.trim() === '' || !Number.isFinite(Number(filter.value))))
    return `${OP_WORDS[filter.op]} compares with a number.`;
  return null;
}

/** `tag=value` as the API takes it, or null without a tag name. */
export function tagText(text: string): string | null {
  const trimmed = text.trim();
  return trimmed.indexOf('=') > 0 ? trimmed : null;
}
