import { type Baseline, DEFAULT_SETTINGS, Rule } from '@leeway/contract';
import { latencyBin } from '@leeway/stats';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { RuleBook } from '../rules/book.js';
import { AlertBook } from '../state/book.js';
import { MemoryJournal } from '../testing/memory-journal.js';
import { figures, GivenFacts, MINUTE, verdict } from '../testing/verdict.js';
import { blind } from './seen-slices.js';
import { Watcher } from './watcher.js';

const HOUR = 60 * MINUTE;
const NOW = 1_000 * HOUR;
const log = pino({ level: 'silent' });

function watching(...given: object[]) {
  const facts = new GivenFacts();
  const rules = new RuleBook();
  for (const { rule } of rules.all)
    rules.take({ change: 'enabled', name: rule.name, enabled: false, author: 'test' });
  for (const one of given) rules.take({ change: 'saved', rule: Rule.parse(one), author: 'test' });
  const journal = new MemoryJournal();
  const book = new AlertBook(journal, () => 'inc-1', log);
  const watcher = () => new Watcher({ facts, rules, book, log, leastLookMs: 0, mostLookMs: 60_000 });
  const states = () =>
    [...book.all()].map(
      ({ condition, slice, state }) => `${condition} ${slice.version}${slice.segment} ${state.phase}`,
    );
  const heard: string[] = [];
  book.onTransition(({ instance: { condition, slice }, transition }) =>
    heard.push(`${condition} ${slice.version}${slice.segment} ${transition.to}`),
  );
  return { facts, rules, journal, book, watcher, states, heard };
}

/** A look that waits for the store until `answer` is called. */
function heldLook({ facts, watcher }: ReturnType<typeof watching>, now: number) {
  const store = facts.operationalFleet.bind(facts);
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  facts.operationalFleet = async (...asked) => {
    await held;
    return store(...asked);
  };
  const done = watcher().tick(now);
  facts.operationalFleet = store;
  return { answer, done };
}

describe('looks at operational figures', () => {
  it('take a new model for new and not for idle: its window begins with its first event', async () => {
    const low = { name: 'low', signal: 'throughput', condition: { op: '<', ratio: 0.8, to: 'capacity' } };
    const { facts, watcher, states } = watching(low);
    facts.known = [
      { model: 'flight-delay', settings: { ...DEFAULT_SETTINGS, capacity_per_second: 10 }, baseline: null },
    ];
    // Ten requests a second for the ten minutes that it lives; the window is an hour.
    const now = 1_000 * HOUR;
    facts.first = now - 10 * MINUTE;
    facts.last = now;
    facts.windows = [figures({ requests: 6_000 })];
    await watcher().tick(now);
    expect(states()).toEqual([]);
    facts.first = now - 3 * HOUR;
    await watcher().tick(now);
    expect(states()).toEqual(['breach  firing']);
  });

  it('miss data that stopped while nobody looked, where a rule wants to know', async () => {
    const absent = {
      name: 'absent',
      signal: 'error_rate',
      condition: { op: '>', value: 0.5 },
      no_data: 'alert',
    };
    const { facts, watcher, states } = watching(absent);
    const now = 1_000 * HOUR;
    // What the store has of the last day, and nothing in the newest window.
    facts.operationalFleet = async (_models, from, to) =>
      to - from > 3 * HOUR ? [figures({ requests: 60, from, to })] : [];
    const afterStart = watcher();
    await afterStart.tick(now);
    expect(states()).toEqual(['no_data 3 pending']);
    await afterStart.tick(now + 10 * MINUTE);
    expect(states()).toEqual(['no_data 3 firing']);
  });

  describe('that could not be made once, where a rule wants to know that and of missing data', () => {
    const policies = {
      name: 'both',
      signal: 'error_rate',
      condition: { op: '>', value: 0.5 },
      no_data: 'alert',
      on_error: 'own_state',
      no_data_for: '5m',
    };
    const now = 1_000 * HOUR;

    it('are over with the next good look, and nothing is missed that never was', async () => {
      const { facts, watcher, states, heard } = watching(policies);
      const looking = watcher();
      facts.failure = 'overloaded';
      for (const minute of [0, 5]) await looking.tick(now + minute * MINUTE);
      expect(states()).toEqual(['error  firing']);
      facts.failure = null;
      facts.windows = [figures({ requests: 100 })];
      for (const minute of [6, 12, 18]) await looking.tick(now + minute * MINUTE);
      expect(states()).toEqual(['error  resolved']);
      expect(heard).toEqual(['error  pending', 'error  firing', 'error  resolved']);
      // A version that was there is missed all the same.
      facts.windows = [];
      for (const minute of [24, 30]) await looking.tick(now + minute * MINUTE);
      expect(states()).toEqual(['error  resolved', 'no_data 3 firing']);
    });

    it('are over for a model without any event too', async () => {
      const { watcher, facts, states } = watching({
        ...policies,
        signal: 'throughput',
        condition: { op: '<', value: 1 },
      });
      const looking = watcher();
      facts.failure = 'overloaded';
      for (const minute of [0, 5]) await looking.tick(now + minute * MINUTE);
      expect(states()).toEqual(['error  firing']);
      facts.failure = null;
      await looking.tick(now + 6 * MINUTE);
      expect(states()).toEqual(['error  resolved']);
    });

    it('end what stands in an older journal as missing data of no version', async () => {
      const { facts, book, rules, watcher, states } = watching(policies);
      const slice = { model: 'flight-delay', version: '', segment: '', signal: null };
      const missing = blind(rules.get('both')!, slice, { kind: 'no_data', since: now });
      for (const minute of [0, 5]) await book.apply([missing], now + minute * MINUTE);
      expect(states()).toEqual(['no_data  firing']);
      facts.windows = [figures({ requests: 100 })];
      await watcher().tick(now + 6 * MINUTE);
      expect(states()).toEqual(['no_data  resolved']);
    });
  });

  it('judge the throughput of a segment by itself', async () => {
    const low = {
      name: 'low',
      signal: 'throughput',
      selector: { segment: 'region=*' },
      condition: { op: '<', value: 1 },
    };
    const { facts, watcher, states } = watching(low);
    facts.last = 1_000 * HOUR;
    facts.windows = [
      figures({ requests: 60_000 }),
      figures({ requests: 100, segment: 'region=eu' }),
      figures({ requests: 59_900, segment: 'region=us' }),
    ];
    await watcher().tick(1_000 * HOUR);
    expect(states()).toEqual(['breach 3region=eu firing']);
  });

  describe('that wait for the store while rules change', () => {
    const failing = { name: 'failing', signal: 'error_rate', condition: { op: '>', value: 0.5 } };
    const now = 1_000 * HOUR;
    async function firing() {
      const made = watching(failing);
      made.facts.windows = [figures({ requests: 100, errors: 90 })];
      await made.watcher().tick(now);
      expect(made.states()).toEqual(['breach 3 firing']);
      return { ...made, look: heldLook(made, now + MINUTE) };
    }

    it('leave the alerts alone that ended because their rule was disabled', async () => {
      const { rules, book, look, states } = await firing();
      rules.take({ change: 'enabled', name: 'failing', enabled: false, author: 'test' });
      await book.withdraw(() => 'rule_removed', now + MINUTE);
      look.answer();
      await look.done;
      expect(states()).toEqual(['breach 3 resolved']);
    });

    it('leave them alone where the store fails too', async () => {
      const { facts, rules, book, look, states } = await firing();
      rules.take({ change: 'enabled', name: 'failing', enabled: false, author: 'test' });
      await book.withdraw(() => 'rule_removed', now + MINUTE);
      facts.failure = 'overloaded';
      look.answer();
      await look.done;
      expect(states()).toEqual(['breach 3 resolved']);
    });

    it('begin nothing anew under a rule as it was before', async () => {
      const { rules, book, look, states, watcher } = await firing();
      const rule = Rule.parse({ ...failing, severity: 'critical' });
      rules.take({ change: 'saved', rule, author: 'test' });
      await book.withdraw(() => 'rule_changed', now + MINUTE);
      look.answer();
      await look.done;
      expect(states()).toEqual(['breach 3 resolved']);
      await watcher().tick(now + 2 * MINUTE);
      expect([...book.all()]).toMatchObject([
        { severity: 'critical', state: { phase: 'firing', episode: 2 } },
      ]);
    });

    it('count where rules are read again and say the same, or only others change', async () => {
      const { facts, rules, look, states } = await firing();
      const rule = Rule.parse(failing);
      rules.take({ change: 'saved', rule, author: 'test' });
      rules.take({ change: 'saved', rule: { ...rule, name: 'other', severity: 'critical' }, author: 'test' });
      rules.setFiles([]);
      facts.windows = [figures({ requests: 100 })];
      look.answer();
      await look.done;
      expect(states()).toEqual(['breach 3 resolved']);
    });
  });
});

describe('a signal without verdicts', () => {
  it('is not missed when one comes just as it is looked for', async () => {
    const { watcher, book, states } = watching({
      name: 'drift',
      signal: 'drift.psi',
      condition: { op: '>', value: 0.2 },
      no_data: 'ok',
    });
    const looks = watcher();
    await looks.judged('flight-delay', [verdict('x', NOW, 0.4)], NOW);
    const [comes, now] = [NOW + HOUR - 1_000, NOW + HOUR];
    const judged = looks.judged('flight-delay', [verdict('x', comes, 0.5)], comes);
    await Promise.all([judged, looks.tick(now)]);
    expect(states()).toEqual(['breach 3 firing']);
    expect([...book.all()][0]!.detail.value).toBe(0.5);
    await looks.tick(now + HOUR);
    expect(states()).toEqual(['breach 3 resolved']);
  });
});

describe('a baseline that is replaced', () => {
  const model = (name: string, id: string) => ({
    model: name,
    settings: DEFAULT_SETTINGS,
    baseline: { id, signals: [], latency: null, performance: null } as unknown as Baseline,
  });
  const DRIFT = { name: 'drift', signal: 'drift.psi', condition: { op: '>', value: 0.2 } };
  const of = (name: string, baseline: string, at: number) => verdict('x', at, 0.4, { model: name, baseline });

  it('begins no alert any more by what was judged against it', async () => {
    const { facts, watcher, states } = watching(DRIFT);
    facts.known = [model('flight-delay', 'b2')];
    await watcher().judged('flight-delay', [of('flight-delay', 'b1', NOW)], NOW);
    expect(states()).toEqual([]);
    await watcher().judged('flight-delay', [of('flight-delay', 'b2', NOW)], NOW);
    expect(states()).toEqual(['breach 3 firing']);
  });

  it('begins no alert any more by a look that went on meanwhile', async () => {
    const watched = watching({
      name: 'slower',
      signal: 'latency.p95',
      condition: { op: '>', ratio: 2, to: 'baseline' },
    });
    const { facts, watcher, states } = watched;
    const trained = (id: string) => ({
      ...model('flight-delay', id),
      baseline: { id, signals: [], latency: { p50: 1, p95: 1, p99: 1, rows: 10_000 } } as unknown as Baseline,
    });
    facts.known = [trained('b1')];
    facts.windows = [figures({ requests: 5_000, latency: new Map([[latencyBin(40), 5_000]]) })];
    const { answer, done } = heldLook(watched, NOW);
    facts.known = [trained('b2')];
    answer();
    await done;
    expect(states()).toEqual([]);
    await watcher().tick(NOW);
    expect(states()).toEqual(['breach 3 firing']);
  });

  it('takes no alert of the new one with it, although the round began before', async () => {
    const { facts, book, journal, watcher, states } = watching(DRIFT);
    const looks = watcher();
    const names = ['first', 'second', 'third'];
    const known = (...ids: string[]) => names.map((name, i) => model(name, ids[i]!));
    facts.known = known('a1', 'a1', 'a1');
    for (const name of ['first', 'second']) await looks.judged(name, [of(name, 'a1', NOW)], NOW);
    facts.known = known('a2', 'a2', 'a1');
    let seen: Promise<void> | null = null;
    journal.before = () => {
      facts.known = known('a2', 'a2', 'a2');
      seen ??= looks.judged('third', [of('third', 'a2', NOW + HOUR)], NOW + HOUR);
    };
    await looks.tick(NOW + HOUR);
    await seen;
    expect(states()).toEqual(['breach 3 resolved', 'breach 3 resolved', 'breach 3 firing']);
    expect([...book.all()].map(({ detail }) => detail.baseline)).toEqual(['a1', 'a1', 'a2']);
  });
});
