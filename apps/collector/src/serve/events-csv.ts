import type { StoredEvent } from '@leeway/contract';

const FIXED = [
  'model',
  'version',
  'id',
  'ts',
  'prediction',
  'score',
  'latency_ms',
  'error',
  'label',
  'label_ts',
] as const;

/**
 * Events as CSV (RFC 4180): fixed columns, then one `feature.<name>` and `tag.<name>` column for each name on the
 * page, in order of first appearance. Text that a spreadsheet would run as a formula gets a leading apostrophe.
 */
export function eventsCsv(events: readonly StoredEvent[]): string {
  const features = namesOf(events.map((event) => event.features));
  const tags = namesOf(events.map((event) => event.tags));
  const header = [
    ...FIXED,
    'tokens_input',
    'tokens_output',
    ...features.map((name) => `feature.${name}`),
    ...tags.map((name) => `tag.${name}`),
  ];
  const lines = events.map((event) => [
    ...FIXED.map((column) => event[column]),
    event.tokens?.input ?? null,
    event.tokens?.output ?? null,
    ...features.map((name) => event.features[name] ?? null),
    ...tags.map((name) => event.tags[name] ?? null),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function namesOf(records: readonly Record<string, unknown>[]): string[] {
  const names = new Set<string>();
  for (const record of records) for (const name of Object.keys(record)) names.add(name);
  return [...names];
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
