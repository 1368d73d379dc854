/** One condition on a feature, as the API's text form has it. */
export type FeatureFilter = { name: string; op: FeatureOp; value: string };
export const FEATURE_OPS = ['>', '>=', '<', '<=', '=', '!=', 'missing'] as const;
export type FeatureOp = (typeof FEATURE_OPS)[number];

export const OP_WORDS: Record<FeatureOp, string> = {
  '>': '>',
  '>=': '≥',
  '<': '<',
  '<=': '≤',
  '=': 'is',
  '!=': 'is not',
  missing: 'is missing',
};

/** Names with an operator, a quote's content or edge spaces in them have to be quoted. */
const PLAIN = /^[^<>=!"\s](?:[^<>=!"]*[^<>=!"\s])?$/u;

/**
 * The API's text for a condition: `distance>1700`, `"a<b"=x`, `age is missing`. Null for a name that the form can't
 * carry (it holds a double quote and an operator).
 */
export function featureText({ name, op, value }: FeatureFilter): string | null {
  if (name === '') return null;
  const plain = PLAIN.test(name) && !/\sis missing/u.test(name);
  if (!plain && name.includes('"')) return null;
  const written = plain ? name : `"${name}"`;
  return op === 'missing' ? `${written} is missing` : `${written}${op}${value}`;
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
