import { TZDate } from '@date-fns/tz';
import { z } from 'zod';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'write a time of day as HH:MM');
const named = (names: readonly string[], what: string) =>
  z
    .string()
    .toLowerCase()
    .refine(
      (text) => text.split(':').length <= 2 && text.split(':').every((part) => names.includes(part)),
      what,
    );
const dayOfMonth = z
  .string()
  .regex(/^-?\d{1,2}(:-?\d{1,2})?$/, 'write a day of the month as 1, 1:7 or -1 (the last day)')
  .refine(
    (text) => text.split(':').every((part) => Number(part) !== 0 && Math.abs(Number(part)) <= 31),
    'days of the month go from 1 to 31, or from -1 (the last) back to -31',
  );

/** A named set of times in one time zone, with Alertmanager's words. Every list that is given must match. */
export const MuteTime = z.strictObject({
  name: z.string().min(1).max(120),
  location: z
    .string()
    .default('UTC')
    .refine(isTimeZone, 'write a time zone of the IANA list, e.g. Europe/Berlin'),
  times: z
    .array(z.strictObject({ start_time: Clock, end_time: Clock }))
    .max(50)
    .optional(),
  weekdays: z.array(named(DAYS, 'write a weekday or a range such as monday:friday')).max(20).optional(),
  days_of_month: z.array(dayOfMonth).max(31).optional(),
  months: z.array(named(MONTHS, 'write a month or a range such as december:january')).max(12).optional(),
});
export type MuteTime = z.infer<typeof MuteTime>;

/** Whether `now` (epoch ms) lies in a mute time, by the wall clock of its zone. Ranges may wrap (22:00–06:00). */
export function inMuteTime(mute: MuteTime, now: number): boolean {
  const local = new TZDate(now, mute.location);
  const minute = local.getHours() * 60 + local.getMinutes();
  const lastDay = new TZDate(local.getFullYear(), local.getMonth() + 1, 0, 12, mute.location).getDate();
  const fits = (list: readonly string[] | undefined, test: (entry: string) => boolean) =>
    !list || list.some(test);
  return (
    (!mute.times ||
      mute.times.some((t) => inRange(minute, minutes(t.start_time), minutes(t.end_time) - 1))) &&
    fits(mute.weekdays, (entry) => inNamed(entry, DAYS, local.getDay())) &&
    fits(mute.months, (entry) => inNamed(entry, MONTHS, local.getMonth())) &&
    fits(mute.days_of_month, (entry) => inDays(entry, local.getDate(), lastDay))
  );
}

function inRange(value: number, from: number, to: number): boolean {
  return from <= to ? value >= from && value <= to : value >= from || value <= to;
}

function inNamed(entry: string, names: readonly string[], value: number): boolean {
  const [from, to = from] = entry.split(':');
  return inRange(value, names.indexOf(from!), names.indexOf(to!));
}

function inDays(entry: string, day: number, lastDay: number): boolean {
  const resolve = (text: string) => (Number(text) < 0 ? lastDay + 1 + Number(text) : Number(text));
  const [from, to = from] = entry.split(':');
  return inRange(day, Math.max(1, resolve(from!)), Math.min(lastDay, resolve(to!)));
}

function minutes(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
