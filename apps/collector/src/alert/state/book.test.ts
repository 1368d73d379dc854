import { Rule } from '@leeway/contract';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { observeVerdict } from '../observe/drift.js';
import { compileRule } from '../rules/compile.js';
import { MemoryJournal } from '../testing/memory-journal.js';
import { MINUTE, verdict } from '../testing/verdict.js';
import { type AckEntry, AlertBook, type AlertEntry, BOOK_LIMITS } from './book.js';

const log = pino({ level: 'silent' });
const rule = (given: object = {}) =>
  compileRule(
    Rule.parse({ name: 'r', signal: 'drift.psi', condition: { op: '>', value: 0.2 }, ...given }),
    'api',
  );

function setup(limits = BOOK_LIMITS) {
  const journal = new MemoryJournal();
  const book = new AlertBook(journal, () => 'inc-1', log, limits);
  const heard: string[] = [];
  book.onTransition(({ instance, transition }) =>
    heard.push(`${instance.condition} ${transition.from}→${transition.to} ${transition.reason}`),
  );
  return { journal, book, heard };
}
const see = (compiled: ReturnType<typeof rule>, psi: number | null, at: number, signal = 'x', change = {}) =>
  observeVerdict(compiled, verdict(signal, at, psi, change), null);

describe('the alert book', () => {
  it('keeps nothing of slices where nothing is wrong', async () => {
    const { book, journal } = setup();
    await book.apply([see(rule(), 0.01, 0)], 0);
    expect([book.size, journal.lines.length]).toEqual([0, 0]);
  });

  it('tells listeners only what the journal has', async () => {
    const { book, journal, heard } = setup();
    journal.failing = 'disk full';
    await expect(book.apply([see(rule(), 0.4, 0)], 0)).rejects.toThrow('disk full');
    expect([book.size, heard.length]).toEqual([0, 0]);
    journal.failing = null;
    await book.apply([see(rule(), 0.4, 1)], 1);
    expect(heard).toEqual(['breach inactive→firing breach_started']);
  });

  it('is the replay of its journal at every point', async () => {
    const { book, journal } = setup();
    const compiled = rule({ for: '10m', keep_firing_for: '5m' });
    const story = [0.4, 0.4, null, 0.4, 0.4, 0.4, 0.01, 0.4, null, 0.01, 0.01, 0.4, 0.01];
    for (const [i, psi] of story.entries()) {
      await book.apply([see(compiled, psi, i * 5 * MINUTE)], i * 5 * MINUTE);
      const again = new AlertBook(new MemoryJournal(), () => 'inc-1', log);
      await journal.replay(['alert'], (page) => {
        for (const entry of page) again.restore(entry.body as AlertEntry, entry.at);
      });
      // `at` and the evidence's kind move without a transition; nothing else may.
      const bare = (b: AlertBook) =>
        [...b.all()].map(({ state: { at: _at, evidence: _e, ...state } }) => state);
      expect(bare(again)).toEqual(bare(book));
    }
    expect(journal.lines.length).toBeGreaterThan(6);
  });

  it('ends what is withdrawn, and begins anew afterwards', async () => {
    const { book, heard } = setup();
    await book.apply([see(rule(), 0.4, 0)], 0);
    await book.withdraw(() => 'baseline_replaced', 1);
    await book.apply([see(rule(), 0.4, 2)], 2);
    expect(heard.slice(1)).toEqual([
      'breach firing→resolved baseline_replaced',
      'breach resolved→firing breach_again',
    ]);
  });

  it.each([
    ['keep_last', ['breach firing→firing evidence_lost']],
    ['ok', ['breach firing→resolved recovered']],
    [
      'alert',
      [
        'breach firing→firing evidence_lost',
        'no_data inactive→pending breach_started',
        'no_data pending→firing no_data',
      ],
    ],
    [
      'own_state',
      [
        'breach firing→firing evidence_lost',
        'no_data inactive→pending breach_started',
        'no_data pending→firing no_data',
      ],
    ],
  ] as const)('follows the no-data policy %s', async (no_data, wanted) => {
    const { book, heard } = setup();
    const compiled = rule({ no_data, no_data_for: '10m' });
    await book.apply([see(compiled, 0.4, 0)], 0);
    for (const minute of [5, 15]) await book.apply([see(compiled, null, minute * MINUTE)], minute * MINUTE);
    expect(heard.slice(1)).toEqual(wanted);
    const absent = [...book.all()].find((instance) => instance.condition === 'no_data');
    // Since the window that had no data began, whichever rule looked.
    if (absent) expect(absent.state.since).toBe(0);
    if (absent) expect(absent.quiet).toBe(no_data === 'own_state');
    if (absent) {
      await book.apply([see(compiled, 0.01, 20 * MINUTE)], 20 * MINUTE);
      expect(heard).toContain('no_data firing→resolved recovered');
    }
  });

  it.each(['0', '10m'])(
    'begins an episode of missing data unacknowledged, with no_data_for %s',
    async (wait) => {
      const { book, journal } = setup();
      const compiled = rule({ no_data: 'alert', no_data_for: wait });
      const absent = (from = book) => [...from.all()].find((instance) => instance.condition === 'no_data')!;
      const sees = (psi: number | null, at: number) => book.apply([see(compiled, psi, at)], at);
      await sees(null, 0);
      await sees(null, 10 * MINUTE);
      await book.acknowledge([absent().fingerprint], { by: 'ada', at: 10 * MINUTE, comment: '' });
      await sees(null, 15 * MINUTE);
      expect(absent()).toMatchObject({ state: { phase: 'firing' }, acknowledged: { by: 'ada' } });
      await sees(0.01, 20 * MINUTE);
      await sees(null, 40 * MINUTE);
      await sees(null, 50 * MINUTE);
      expect(absent()).toMatchObject({ state: { phase: 'firing', episode: 2 }, acknowledged: null });
      const again = new AlertBook(new MemoryJournal(), () => 'inc-1', log);
      await journal.replay(['alert', 'ack'], (page) => {
        for (const entry of page)
          if (entry.kind === 'ack') again.restoreAck(entry.body as AckEntry);
          else again.restore(entry.body as AlertEntry, entry.at);
      });
      expect(absent(again)).toEqual({
        ...absent(),
        state: { ...absent().state, at: absent(again).state.at },
      });
    },
  );

  it('never resolves for want of rows', async () => {
    const { book, heard } = setup();
    await book.apply([see(rule(), 0.4, 0)], 0);
    const few = { verdict: 'insufficient_data', n_current: 12 };
    for (let i = 1; i < 50; i++) await book.apply([see(rule(), 0.01, i * MINUTE, 'x', few)], i * MINUTE);
    expect(heard).toEqual(['breach inactive→firing breach_started', 'breach firing→firing evidence_lost']);
  });

  it('takes no more alerts than it has room for, and keeps those it has', async () => {
    const { book } = setup({ ...BOOK_LIMITS, instances: 10, batch: 1 });
    await book.apply(
      Array.from({ length: 25 }, (_, i) => see(rule(), 0.4, 0, `s${i}`)),
      0,
    );
    expect([book.size, book.refused]).toEqual([10, 15]);
    await book.apply([see(rule(), 0.01, 1, 's0')], 1);
    expect(
      book.find('r', 'breach', { model: 'flight-delay', version: '3', segment: '', signal: 's0' })?.state
        .phase,
    ).toBe('resolved');
  });

  it('forgets what was resolved a day ago', async () => {
    const { book } = setup();
    await book.apply([see(rule(), 0.4, 0)], 0);
    await book.apply([see(rule(), 0.01, 1)], 1);
    book.prune(BOOK_LIMITS.resolvedMs);
    expect(book.size).toBe(1);
    book.prune(BOOK_LIMITS.resolvedMs + 2);
    expect([book.size, book.ofModel('flight-delay').length]).toEqual([0, 0]);
  });
});
