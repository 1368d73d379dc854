import { describe, expect, it } from 'vitest';
import { inMuteTime, MuteTime } from './mute-time.js';

const at = (text: string) => Date.parse(text);
const mute = (given: object) => MuteTime.parse({ name: 'm', ...given });

describe('mute times', () => {
  it('follow the wall clock of their zone through the change to summer time', () => {
    const night = mute({ location: 'Europe/Berlin', times: [{ start_time: '22:00', end_time: '06:00' }] });
    // The clock goes from 02:00 to 03:00 on 29 March 2026: 06:00 is 04:00 UTC from then on, 05:00 UTC before.
    expect(inMuteTime(night, at('2026-03-28T04:59:00Z'))).toBe(true);
    expect(inMuteTime(night, at('2026-03-28T05:00:00Z'))).toBe(false);
    expect(inMuteTime(night, at('2026-03-29T03:59:00Z'))).toBe(true);
    expect(inMuteTime(night, at('2026-03-29T04:00:00Z'))).toBe(false);
    expect(inMuteTime(night, at('2026-03-29T20:00:00Z'))).toBe(true);
    expect(inMuteTime(night, at('2026-03-29T19:59:00Z'))).toBe(false);
  });

  it('take weekdays by the local day', () => {
    const weekend = mute({ location: 'Asia/Tokyo', weekdays: ['saturday', 'sunday'] });
    expect(inMuteTime(weekend, at('2026-03-06T14:59:00Z'))).toBe(false);
    expect(inMuteTime(weekend, at('2026-03-06T15:00:00Z'))).toBe(true);
  });

  it('take ranges that wrap, days from the end of the month, and months', () => {
    expect(inMuteTime(mute({ weekdays: ['friday:monday'] }), at('2026-03-08T12:00:00Z'))).toBe(true);
    expect(inMuteTime(mute({ weekdays: ['friday:monday'] }), at('2026-03-10T12:00:00Z'))).toBe(false);
    const end = mute({ days_of_month: ['-3:-1'] });
    expect(inMuteTime(end, at('2026-02-26T12:00:00Z'))).toBe(true);
    expect(inMuteTime(end, at('2026-02-25T12:00:00Z'))).toBe(false);
    const winter = mute({ months: ['december:january'] });
    expect(inMuteTime(winter, at('2026-01-31T23:59:00Z'))).toBe(true);
    expect(inMuteTime(winter, at('2026-02-01T00:00:00Z'))).toBe(false);
  });

  it('need every kind of list to match', () => {
    const hours = mute({ weekdays: ['monday:friday'], times: [{ start_time: '09:00', end_time: '17:00' }] });
    expect(inMuteTime(hours, at('2026-03-06T09:00:00Z'))).toBe(true);
    expect(inMuteTime(hours, at('2026-03-06T17:00:00Z'))).toBe(false);
    expect(inMuteTime(hours, at('2026-03-07T12:00:00Z'))).toBe(false);
  });

  it.each([
    [{ location: 'Europe/Berln' }, /IANA/],
    [{ times: [{ start_time: '9:00', end_time: '17:00' }] }, /HH:MM/],
    [{ weekdays: ['mon'] }, /monday:friday/],
    [{ days_of_month: ['0'] }, /from 1 to 31/],
  ])('refuse %j', (given, message) => {
    expect(() => mute(given)).toThrow(message);
  });
});
