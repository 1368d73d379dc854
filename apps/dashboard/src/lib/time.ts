import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import { span } from './format';

/** Whether the runtime knows a time zone by this IANA name. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** A moment in a zone, to the second: `2026-03-01 14:02:11`. */
export function absolute(ms: number, zone: string): string {
  return inZone(ms, zone, 'yyyy-MM-dd HH:mm:ss');
}

/** Short form for axes and tight places; the date appears only when the span needs it. */
export function axisTime(ms: number, zone: string, spanMs: number): string {
  if (spanMs <= 10 * 60_000) return inZone(ms, zone, 'HH:mm:ss');
  if (spanMs <= 36 * 3_600_000) return inZone(ms, zone, 'HH:mm');
  if (spanMs <= 8 * 86_400_000) return inZone(ms, zone, 'EEE HH:mm');
  if (spanMs <= 300 * 86_400_000) return inZone(ms, zone, 'd MMM');
  return inZone(ms, zone, 'MMM yyyy');
}

/** `14:00 – 15:00, 1 Mar` style text for a window. */
export function windowText(from: number, to: number, zone: string): string {
  const sameDay = inZone(from, zone, 'yyyy-MM-dd') === inZone(to, zone, 'yyyy-MM-dd');
  const precise = to - from < 120_000 ? 'HH:mm:ss' : 'HH:mm';
  return sameDay
    ? `${inZone(from, zone, `d MMM ${precise}`)} – ${inZone(to, zone, precise)}`
    : `${inZone(from, zone, `d MMM ${precise}`)} – ${inZone(to, zone, `d MMM ${precise}`)}`;
}

/**
 * A time as a person types it, as the API takes it: `2026-03-01` or `2026-03-01 14:00` are read in the zone on
 * screen; anything else is passed on as it stands, to be judged by `rangeProblem`.
 */
export function typedMoment(text: string, zone: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text.trim());
  if (!match) return text.trim();
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const date = new TZDate(year, month - 1, day, hour, minute, second, zone);
  return Number.isNaN(date.getTime()) ? text.trim() : new Date(date.getTime()).toISOString();
}

/** `3 min ago`, `in 2 h`, `just now`. */
export function relative(ms: number, now: number): string {
  const distance = now - ms;
  if (Math.abs(distance) < 10_000) return 'just now';
  const coarse = span(coarsen(Math.abs(distance)));
  return distance > 0 ? `${coarse} ago` : `in ${coarse}`;
}

/** Drops what nobody reads in "ago": seconds above a minute, minutes above three hours, hours above three days. */
function coarsen(ms: number): number {
  const step =
    ms >= 3 * 86_400_000 ? 86_400_000 : ms >= 3 * 3_600_000 ? 3_600_000 : ms >= 60_000 ? 60_000 : 1_000;
  return Math.round(ms / step) * step;
}

function inZone(ms: number, zone: string, pattern: string): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return '–';
  return format(new TZDate(ms, zone), pattern);
}
