import type { Instance } from '../state/instance.js';

/** A window's neighbourhood is shown too, so that the change is visible in the chart. */
const BEFORE_WINDOWS = 11;

/** The dashboard page of the exact window behind an alert. `publicUrl` has no trailing slash. */
export function windowLink(publicUrl: string, { slice, detail }: Instance): string {
  const model = `${publicUrl}/models/${encodeURIComponent(slice.model)}`;
  const page = slice.signal === null ? model : `${model}/signals/${encodeURIComponent(slice.signal)}`;
  const query = new URLSearchParams();
  if (detail.window) {
    const { from, to } = detail.window;
    query.set('from', new Date(from - BEFORE_WINDOWS * (to - from)).toISOString());
    query.set('to', new Date(to).toISOString());
    query.set('at', String(from));
  }
  if (slice.version) query.set('version', slice.version);
  if (slice.segment) query.set('segment', slice.segment);
  return query.size > 0 ? `${page}?${query}` : page;
}

export function incidentLink(publicUrl: string, id: string): string {
  return `${publicUrl}/incidents/${encodeURIComponent(id)}`;
}

/** The page for a new silence with its matchers filled in. */
export function silenceLink(publicUrl: string, labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).filter(([, value]) => value !== '');
  const text = matchers.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',');
  return `${publicUrl}/silences/new?${new URLSearchParams({ matchers: text })}`;
}
