import type { Alert } from '@leeway/contract';
import { links, withQuery } from '../../lib/links';

/** A window's neighbourhood is shown as well, so that the change stands out in the chart. */
const WINDOWS_BEFORE = 11;

export type Place = Pick<Alert, 'model' | 'version' | 'segment' | 'signal' | 'window'>;

/** The signal's (or the model's) page at the window that an alert is about; the same address as in its messages. */
export function windowPage(place: Place): string {
  const page = place.signal === null ? links.model(place.model) : links.signal(place.model, place.signal);
  return withQuery(page, { ...windowQuery(place), version: place.version, segment: place.segment });
}

/** The raw events of that window, with the signal's column in front. */
export function windowEvents(place: Place): string {
  const window = place.window;
  return withQuery(links.events(place.model), {
    ...(window ? { from: window.from, to: window.to } : {}),
    version: place.version,
    tag: place.segment,
    column: place.signal ?? '',
  });
}

function windowQuery({ window }: Place): Record<string, string> {
  if (!window) return {};
  const from = Date.parse(window.from);
  const to = Date.parse(window.to);
  return {
    from: new Date(from - WINDOWS_BEFORE * (to - from)).toISOString(),
    to: window.to,
    window: window.from,
  };
}
