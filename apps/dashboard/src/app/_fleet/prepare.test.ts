import type { ModelSummary, VerdictKind } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { filterFleet, fleetTotals, phoneFacts, worstFirst } from './prepare';

function model(name: string, verdict: VerdictKind, psi: number | null, firing = 0): ModelSummary {
  return {
    model: name,
    versions: ['v1'],
    verdict,
    reason: '',
    worst_signal: { signal: `${name}-feature`, psi, verdict, way: null, n: 1 },
    psi_sparkline: [],
    traffic_sparkline: [],
    latency_p95_ms: null,
    latency_p95_baseline_ms: null,
    error_rate: null,
    events: 10,
    events_per_second: null,
    capacity_per_second: null,
    label_coverage: null,
    last_event: null,
    baseline: null,
    firing,
    pending: 0,
    window_ms: 1,
  };
}

const fleet = [
  model('calm', 'stable', 0.01),
  model('silent', 'no_data', null),
  model('bad', 'significant', 0.3),
  model('worse', 'significant', 0.9),
  model('slow', 'stable', 0.02, 1),
];

describe('the fleet', () => {
  it('shows what fires first, then the worst verdict, then the largest PSI', () => {
    expect(worstFirst(fleet).map((one) => one.model)).toEqual(['slow', 'worse', 'bad', 'calm', 'silent']);
  });

  it('is searched by model, signal and version, and filtered by verdict', () => {
    expect(filterFleet(fleet, 'WORSE-f', []).map((one) => one.model)).toEqual(['worse']);
    expect(filterFleet(fleet, 'v1', ['no_data', 'stable'])).toHaveLength(3);
    expect(filterFleet(fleet, 'nobody', [])).toEqual([]);
  });

  it('on a phone tells of each model what is known, and nothing of what is not', () => {
    expect(phoneFacts(model('silent', 'no_data', null))).toEqual(['no events in the range']);
    const busy = {
      ...model('busy', 'stable', 0.01),
      latency_p95_ms: 80,
      latency_p95_baseline_ms: 40,
      error_rate: 0,
      events_per_second: 12,
      capacity_per_second: 48,
    };
    const plain = (facts: string[]) => facts.map((fact) => fact.replace(/\s/g, ' '));
    expect(plain(phoneFacts(busy))).toEqual(['P95 80 ms 2×', '0 % errors', '12 /s', '25 % of capacity']);
    expect(
      plain(phoneFacts({ ...busy, latency_p95_ms: null, error_rate: null, label_coverage: 0.5 })),
    ).toEqual(['12 /s', '25 % of capacity', '50 % labels']);
  });

  it('is summed up in one line', () => {
    expect(fleetTotals(fleet)).toEqual({
      models: 5,
      verdicts: { stable: 2, no_data: 1, significant: 2 },
      firing: 1,
      events: 50,
    });
  });
});
