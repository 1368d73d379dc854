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

  it('try only the few that may concern an alert, of 100,000, and take no more', () => {
    const silences = new Silences();
    for (let i = 0; i < SILENCE_LIMIT; i++) {
      silences.put(
        silences.prepare(request([model('busy'), { label: 'signal', op: '=', value: `s${i}` }]), T0),
      );
    }
    expect(() => silences.prepare(request([model('one-more')]), T0)).toThrow(/100000 silences already/);
    let tried = 0;
    const labels = new Proxy<Record<string, string>>(
      { model: 'busy', signal: 's70000', version: '1' },
      {
        get(target, name) {
          if (name === 'signal') tried += 1;
          return target[name as string];
        },
      },
    );
    expect(silences.matching(labels, T0)).toHaveLength(1);
    // Looked up once, and read by the one silence of its shelf and the few that lie with its model.
    expect(tried).toBeLessThan(10);
    const { silences: shown, total } = silences.list(T0, 1_000);
    expect([shown.length, total]).toEqual([1_000, SILENCE_LIMIT]);
    silences.prune(T0 + 2 * 86_400_000);
    expect(silences.size).toBe(0);
  }, 120_000);

  it('bound how many share their rarest equality matcher, not counting those that are over', () => {
    const silences = new Silences();
    const narrow = (i: number) => request([model('m'), { label: 'signal', op: '=~', value: `a${i}.*` }]);
    for (let i = 0; i < GENERAL_LIMIT; i++) silences.put(silences.prepare(narrow(i), T0));
    expect(() => silences.prepare(narrow(0), T0)).toThrow(/1000 silences on model=m with nothing rarer/);
    expect(() =>
      silences.prepare(request([model('m'), { label: 'signal', op: '=', value: 'x' }]), T0),
    ).not.toThrow();
    const later = {
      starts_at: new Date(T0 + HOUR).toISOString(),
      ends_at: new Date(T0 + 2 * HOUR).toISOString(),
    };
    expect(() => silences.prepare({ ...narrow(0), ...later }, T0 + HOUR)).not.toThrow();
  });

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
