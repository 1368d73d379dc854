import { z } from 'zod';

const DAY_MS = 86_400_000;
const RFC3339 = z.regexes.datetime({ offset: true });

/** Epoch milliseconds of RFC 3339 text, or NaN when it is none (the contract's rule, `EventTime`). */
export function parseMoment(text: string): number {
  return RFC3339.test(text) ? Math.floor(Date.parse(text)) : Number.NaN;
}

function digits(buffer: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const digit = buffer[at + i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Reads `YYYY-MM-DDTHH:MM:SS[.fraction]Z` from bytes without making text of it. NaN means "not this form", not
 * "not a time": `parseMoment` decides then. The day is remembered, since events come by the thousand a day.
 */
export function createMomentReader(): (buffer: Uint8Array, from: number, to: number) => number {
  let knownDay = Number.NaN;
  let knownStart = 0;

  function dayStart(year: number, month: number, day: number): number {
    const key = year * 10_000 + month * 100 + day;
    if (key !== knownDay) {
      const start = Date.UTC(year, month - 1, day);
      const back = new Date(start);
      const real = year >= 1970 && back.getUTCMonth() === month - 1 && back.getUTCDate() === day;
      if (!real) return Number.NaN;
      knownDay = key;
      knownStart = start;
    }
    return knownStart;
  }

  return (buffer, from, to) => {
    const size = to - from;
    if (size < 20 || size > 32 || buffer[to - 1] !== 0x5a) return Number.NaN;
    if (buffer[from + 4] !== 0x2d || buffer[from + 7] !== 0x2d || buffer[from + 10] !== 0x54)
      return Number.NaN;
    if (buffer[from + 13] !== 0x3a || buffer[from + 16] !== 0x3a) return Number.NaN;
    const hour = digits(buffer, from + 11, 2);
    const minute = digits(buffer, from + 14, 2);
    const second = digits(buffer, from + 17, 2);
    if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
    let ms = 0;
    if (size > 20) {
      if (buffer[from + 19] !== 0x2e || size === 21) return Number.NaN;
      for (let i = 20; i < size - 1; i++) {
        const digit = buffer[from + i]! - 0x30;
        if (!(digit >= 0 && digit <= 9)) return Number.NaN;
        if (i < 23) ms += digit * (i === 20 ? 100 : i === 21 ? 10 : 1);
      }
    }
    const start = dayStart(digits(buffer, from, 4), digits(buffer, from + 5, 2), digits(buffer, from + 8, 2));
    return start + hour * 3_600_000 + minute * 60_000 + second * 1_000 + ms;
  };
}

/** Start of the minute that holds `ms`, as seconds since 1970: the key of every table of counts. */
export function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000) * 60;
}

/** Which times are taken. Events outside are quarantined with a reason, never stored under a wrong time. */
export interface TimePolicy {
  /** How far ahead of the collector's clock an event may be, ms. */
  maxFutureMs: number;
  /** How old an event may be, ms: older ones would be dropped by retention at once. */
  maxAgeMs: number;
}

/** Why a time is refused, or null when it is fine. `now` is the moment the batch was begun, epoch ms. */
export function timeProblem(
  ts: number,
  now: number,
  policy: TimePolicy,
): { code: 'ts_in_future' | 'ts_too_old'; message: string } | null {
  if (ts > now + policy.maxFutureMs) {
    const ahead = Math.round((ts - now) / 1000);
    return {
      code: 'ts_in_future',
      message: `ts is ${ahead} s ahead of the collector's clock, more than the ${policy.maxFutureMs / 1000} s allowed; check the emitter's clock and that ts is in milliseconds`,
    };
  }
  // ClickHouse's time text needs at least nine digits of seconds; two days after 1970 is old by any retention.
  if (ts < now - policy.maxAgeMs || ts < 2 * DAY_MS) {
    const days = Math.floor((now - ts) / DAY_MS);
    return {
      code: 'ts_too_old',
      message: `ts is ${days} days old, beyond the ${Math.round(policy.maxAgeMs / DAY_MS)} days that events are kept; check that ts is in milliseconds`,
    };
  }
  return null;
}
