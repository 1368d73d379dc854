import { Rule } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../rules/compile.js';
import { figures, GivenFacts, MINUTE, verdict } from '../testing/verdict.js';
import { backtest } from './backtest.js';

const START = Date.parse('2026-03-02T00:00:00Z');
const HOUR = 60 * MINUTE;
const rule = (given: object) => compileRule(Rule.parse({ name: 'r', ...given }), 'api');

describe('a backtest', () => {
  it('tells when a drift rule would have fired, for how long and with how many messages', async () => {
    const facts = new GivenFacts();
    const story = [0.01, 0.4, 0.4, 0.4, 0.01, 0.01, 0.4, 0.01];
    facts.history = story.map((psi, i) =>
      verdict('distance', START + (i + 1) * HOUR, psi, { historical: true }),
    );
    const drift = rule({ signal: 'drift.psi', condition: { op: '>', value: 0.2 }, for: '1h' });
    const result = await backtest(facts, drift, 'flight-delay', START, START + 9 * HOUR, () => 0);
    expect(result).toMatchObject({ windows: 8, fired: 1, firing_ms: 2 * HOUR, notifications: 2 });
    expect(result.observations).toEqual({ breach: 4, clear: 4 });
    expect(result.episodes.map((e) => [e.pending_at, e.fired_at, e.resolved_at, e.reason])).toEqual([
      ['2026-03-02T02:00:00.000Z', '2026-03-02T03:00:00.000Z', '2026-03-02T05:00:00.000Z', 'recovered'],
      ['2026-03-02T07:00:00.000Z', null, null, 'recovered_before_for'],
    ]);
  });

  it('looks at operational history too', async () => {
    const facts = new GivenFacts();
    facts.operationalFleet = async (_models, from, to) => {
      const bad = to > START + 6 * HOUR && to <= START + 8 * HOUR;
      return [figures({ from, to, requests: 3_600, errors: bad ? 400 : 3 })];
    };
    const errors = rule({ signal: 'error_rate', condition: { op: '>', value: 0.01 } });
    const result = await backtest(facts, errors, 'flight-delay', START, START + 12 * HOUR, () => 0);
    expect(result).toMatchObject({ fired: 1, notifications: 2, truncated: false });
    expect(result.firing_ms).toBe(2 * HOUR);
  });

  it('takes what a model usually serves for its capacity, as the daemon does, and says where nothing is known', async () => {
    const facts = new GivenFacts();
    const low = rule({ signal: 'throughput', condition: { op: '<', ratio: 0.8, to: 'capacity' } });
    const BEGIN = START + 7 * 24 * HOUR;
    facts.operationalFleet = async (_models, from, to) => {
      const idle = to > BEGIN + 6 * HOUR && to <= BEGIN + 9 * HOUR;
      return [figures({ from, to, requests: (idle ? 1 : 10) * ((to - from) / 1_000) })];
    };
    const result = await backtest(facts, low, 'flight-delay', BEGIN, BEGIN + 12 * HOUR, () => 0);
    expect(result).toMatchObject({ fired: 1, firing_ms: 3 * HOUR, problem: null });
    facts.operationalFleet = async (_models, from, to) =>
      from < BEGIN ? [] : [figures({ from, to, requests: 10 })];
    expect(await backtest(facts, low, 'flight-delay', BEGIN, BEGIN + HOUR, () => 0)).toMatchObject({
      fired: 0,
      problem: 'the rule needs a known capacity',
    });
  });

  it('waits where data is away, and raises what the no-data policy raises', async () => {
    const facts = new GivenFacts();
    facts.operationalFleet = async (_models, from, to) => {
      const away = to > START + 4 * HOUR && to <= START + 8 * HOUR;
      return away ? [] : [figures({ from, to, requests: 3_600, errors: 400 })];
    };
    const errors = { signal: 'error_rate', condition: { op: '>', value: 0.01 }, window: '1h' };
    const slow = await backtest(
      facts,
      rule({ ...errors, for: '6h' }),
      'flight-delay',
      START,
      START + 12 * HOUR,
      () => 0,
    );
    // Four bad hours before the gap; the two that are missing come after it.
    expect(slow.episodes[0]!.fired_at! > '2026-03-02T09:00:00.000Z').toBe(true);
    const watched = await backtest(
      facts,
      rule({ ...errors, no_data: 'alert' }),
      'flight-delay',
      START,
      START + 12 * HOUR,
      () => 0,
    );
    expect(watched.fired).toBe(2);
  });

  it('refuses models it does not know and ranges without end', async () => {
    const drift = rule({ signal: 'drift.psi', condition: { op: '>', value: 0.2 } });
    await expect(backtest(new GivenFacts(), drift, 'nobody', 0, 1, () => 0)).rejects.toThrow(
      'no model "nobody"',
    );
    await expect(backtest(new GivenFacts(), drift, 'flight-delay', 0, START, () => 0)).rejects.toThrow(
      'at most 400 days',
    );
  });
});
