import type { NewSilence } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { GENERAL_LIMIT, SILENCE_LIMIT, Silences } from './silences.js';

const T0 = Date.parse('2026-03-02T10:00:00Z');
const HOUR = 3_600_000;
const request = (matchers: NewSilence['matchers'], change: Partial<NewSilence> = {}): NewSilence => ({
  matchers,
  starts_at: new Date(T0).toISOString(),
  ends_at: new Date(T0 + HOUR).toISOString(),
  author: 'ada',
  comment: 'known',
  ...change,
});
const model = (value: string) => ({ label: 'model', op: '=' as const, value });

describe('silences', () => {
  it('match from their start to their end', () => {
    const silences = new Silences();
    const silence = silences.prepare(
      request([model('m')], { starts_at: new Date(T0 + 1_000).toISOString() }),
      T0,
    );
    silences.put(silence);
    const matches = (at: number) => silences.matching({ model: 'm' }, at).length === 1;
    expect([T0, T0 + 1_000, T0 + HOUR - 1, T0 + HOUR].map(matches)).toEqual([false, true, true, false]);
    expect(silences.matching({ model: 'other' }, T0 + 2_000)).toEqual([]);
    expect(silences.list(T0, 10).silences[0]!.state).toBe('pending');
  });

  it('take regular expressions, anchored, and negations', () => {
    const silences = new Silences();
    silences.put(
      silences.prepare(
        request([
          { label: 'signal', op: '=~', value: 'dist.*' },
          { label: 'severity', op: '!=', value: 'critical' },
        ]),
        T0,
      ),
    );
    expect(silences.matching({ signal: 'distance', severity: 'warning' }, T0)).toHaveLength(1);
    expect(silences.matching({ signal: 'distance', severity: 'critical' }, T0)).toEqual([]);
    expect(silences.matching({ signal: 'air distance', severity: 'warning' }, T0)).toEqual([]);
  });

  it.each<[string, NewSilence, RegExp]>([
    [
      'ends before it starts',
      request([model('m')], { ends_at: new Date(T0 - HOUR).toISOString() }),
      /ends after it starts/,
    ],
    [
      'is over already',
      request([model('m')], {
        starts_at: new Date(T0 - 2 * HOUR).toISOString(),
        ends_at: new Date(T0 - HOUR).toISOString(),
      }),
      /over already/,
    ],
    ['matches everything', request([{ label: 'model', op: '=~', value: '.*' }]), /match every alert/],
    [
      'has a broken expression',
      request([{ label: 'model', op: '=~', value: '(' }]),
      /not a regular expression/,
    ],
  ])('refuse one that %s', (_name, body, message) => {
    expect(() => new Silences().prepare(body, T0)).toThrow(message);
  });

  it('stay quick with 100,000 of them, and take no more', () => {
    const silences = new Silences();
    for (let i = 0; i < SILENCE_LIMIT; i++) {
      silences.put(
        silences.prepare(request([model('busy'), { label: 'signal', op: '=', value: `s${i}` }]), T0),
      );
    }
    expect(() => silences.prepare(request([model('one-more')]), T0)).toThrow(/100000 silences already/);
    const started = performance.now();
    let found = 0;
    for (let i = 0; i < 10_000; i++)
      found += silences.matching({ model: 'busy', signal: `s${i * 10}`, version: '1' }, T0).length;
    expect(found).toBe(10_000);
    expect(performance.now() - started).toBeLessThan(2_000);
    silences.prune(T0 + 2 * 86_400_000);
    expect(silences.size).toBe(0);
  }, 120_000);

  it('bound those that have to be tried on every alert', () => {
    const silences = new Silences();
    for (let i = 0; i < GENERAL_LIMIT; i++) {
      silences.put(silences.prepare(request([{ label: 'signal', op: '=~', value: `a${i}.*` }]), T0));
    }
    expect(() => silences.prepare(request([{ label: 'signal', op: '=~', value: 'b.*' }]), T0)).toThrow(
      /equality matcher/,
    );
  });
});
