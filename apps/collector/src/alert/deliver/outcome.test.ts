import { describe, expect, it } from 'vitest';
import { AddressRefused } from './address.js';
import { backoffMs, failureOf, outcomeOf, retryAfterMs } from './outcome.js';

const answer = (status: number, retryAfter: string | null = null) => ({ status, body: '', retryAfter });

describe('reading what became of an attempt', () => {
  it.each([200, 201, 202, 204])('takes %i as delivered', (status) => {
    expect(outcomeOf(answer(status), 0)).toEqual({ ok: true });
  });
  it.each([408, 425, 429, 500, 502, 503, 504])('comes again after %i', (status) => {
    expect(outcomeOf(answer(status), 0)).toMatchObject({ ok: false, retry: true, gone: false });
  });
  it.each([301, 400, 401, 403, 404, 413, 422])('doesn’t come again after %i', (status) => {
    expect(outcomeOf(answer(status), 0)).toMatchObject({ ok: false, retry: false, gone: false });
  });
  it('takes 410 as gone for good', () => {
    expect(outcomeOf(answer(410), 0)).toMatchObject({ retry: false, gone: true });
  });
  it('reads Retry-After in seconds and as a date, at most an hour', () => {
    const now = Date.parse('2026-03-02T10:00:00Z');
    expect(retryAfterMs('7', now)).toBe(7_000);
    expect(retryAfterMs('Mon, 02 Mar 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Mon, 02 Mar 2026 09:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('999999', now)).toBe(3_600_000);
    expect(retryAfterMs('soon', now)).toBeNull();
    expect(outcomeOf(answer(429, '7'), now)).toMatchObject({ waitMs: 7_000 });
  });
  it('comes again after failures of the network, not to refused addresses', () => {
    expect(failureOf(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toMatchObject({
      retry: true,
      error: 'ECONNREFUSED: connect',
    });
    expect(failureOf(new AddressRefused('inside'))).toMatchObject({ retry: false });
    expect(
      failureOf(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
    ).toMatchObject({
      retry: true,
      error: 'no answer in time (`delivery.timeout`)',
    });
  });
  it('waits longer with each failure, up to a bound', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 60_000, 0.5))).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
    expect(backoffMs(1_000, 60_000, 0)).toBe(48_000);
    expect(backoffMs(1_000, 60_000, 1)).toBeCloseTo(72_000);
  });
});
