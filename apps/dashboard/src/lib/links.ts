import { segment } from './api';

/** Addresses of the dashboard's own pages; names are encoded here and nowhere else. */
export const links = {
  fleet: () => '/',
  model: (model: string) => `/models/${segment(model)}`,
  signal: (model: string, signal: string) => `/models/${segment(model)}/signals/${segment(signal)}`,
  settings: (model: string) => `/models/${segment(model)}/settings`,
  compare: (model: string) => `/models/${segment(model)}/compare`,
  events: (model: string) => `/events?model=${encodeURIComponent(model)}`,
  alerts: () => '/alerts',
  incident: (id: string) => `/incidents/${segment(id)}`,
  rules: () => '/rules',
  rule: (name: string) => `/rules/${segment(name)}`,
  silences: () => '/silences',
  receivers: () => '/receivers',
  baselines: (model?: string) => (model ? `/baselines?model=${encodeURIComponent(model)}` : '/baselines'),
  baseline: (id: string) => `/baselines/${segment(id)}`,
  status: () => '/status',
};

/** A page's address with query parameters; empty ones are left out. */
export function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
  const [base, existing] = path.split('?');
  const search = new URLSearchParams(existing);
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text ? `${base}?${text}` : (base ?? path);
}

/** The name behind a route parameter; text that is no valid encoding is taken as it stands. */
export function routeName(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}
