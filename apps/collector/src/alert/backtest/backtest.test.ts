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
