import type { Incident, IncidentSignal } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { chartRange, lasted, members, metricOf, timelineEntries } from './prepare';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const signal = (over: Partial<IncidentSignal>): IncidentSignal => ({
  fingerprint: 'f1',
  signal: 'distance',
  segment: '',
  rule: 'drift-significant',
  severity: 'critical',
  unit: 'PSI',
  summary: '',
  value: 0.4,
  threshold: 0.2,
  n: 4213,
  importance: null,
  rank: 1,
  direction: null,
  state: 'firing',
  since: '2026-03-01T11:30:00.000Z',
  ...over,
});
const incident = (over: Partial<Incident>): Incident => ({
  id: 'inc-1',
  model: 'm',
  version: 'v1',
  severity: 'critical',
  state: 'firing',
  title: 't',
  since: '2026-03-01T10:00:00.000Z',
  fired_at: '2026-03-01T10:05:00.000Z',
  resolved_at: null,
  signals: [signal({})],
  signal_count: 1,
  firing_count: 1,
  segments: [],
  nearest_change: null,
  acknowledged_by: null,
  timeline: [],
  ...over,
});

describe('an incident’s signals', () => {
  it('get a window that ends now and never before it begins, without an alert', () => {
    const [one] = members(incident({}), [], NOW);
    expect(one?.window).toEqual({ from: '2026-03-01T11:30:00.000Z', to: '2026-03-01T12:00:00.000Z' });
    const [late] = members(incident({ signals: [signal({ since: '2026-03-01T12:00:10.000Z' })] }), [], NOW);
    expect(Date.parse(late?.window.from ?? '')).toBeLessThan(NOW);
  });

  it('of a resolved incident are looked at as they were at its end', () => {
    const [one] = members(incident({ resolved_at: '2026-03-01T11:45:00.000Z' }), [], NOW);
    expect(one?.window.to).toBe('2026-03-01T11:45:00.000Z');
  });

  it('tell a feature from a rule over the whole model', () => {
    const list = members(incident({ signals: [signal({}), signal({ signal: 'error_rate' })] }), [], NOW);
    expect(list.map(({ drift }) => drift)).toEqual([true, false]);
    expect(list.map((one) => metricOf(one))).toEqual([
      { metric: 'psi', signal: 'distance' },
      { metric: 'error_rate', signal: undefined },
    ]);
  });
});

it('a signal on which several rules fire is listed once, with its worst alert', () => {
  const list = members(
    incident({
      signals: [
        signal({ rule: 'drift-moderate', severity: 'warning', fingerprint: 'f2' }),
        signal({ signal: 'origin', fingerprint: 'f3' }),
        signal({}),
        signal({ segment: 'region=eu', fingerprint: 'f4' }),
      ],
    }),
    [],
    NOW,
  );
  expect(list.map(({ signal: name, segment, rule, also }) => [name, segment, rule, also])).toEqual([
    ['distance', '', 'drift-significant', ['drift-moderate']],
    ['origin', '', 'drift-significant', []],
    ['distance', 'region=eu', 'drift-significant', []],
  ]);
});

describe('the time around an incident', () => {
  it('follows the present while it fires', () => {
    expect(chartRange(incident({}), NOW)).toEqual({ from: '2026-03-01T07:00:00.000Z', to: 'now' });
  });

  it('stands still once it is over', () => {
    const over = incident({ resolved_at: '2026-03-01T11:00:00.000Z' });
    expect(chartRange(over, NOW)).toEqual(chartRange(over, NOW + 3_600_000));
    expect(lasted(over, NOW)).toBe(3_600_000);
  });
});

it('a timeline tells each thing once, oldest first, however many rules saw it', () => {
  const entry = (at: string, text: string) => ({
    at: `2026-03-01T11:${at}.000Z`,
    kind: 'firing' as const,
    text,
  });
  expect(
    timelineEntries([
      entry('30:01', 'distance'),
      entry('30:00', 'distance'),
      entry('30:00', 'origin'),
      entry('45:00', 'distance'),
    ]),
  ).toEqual([entry('30:00', 'distance'), entry('30:00', 'origin'), entry('45:00', 'distance')]);
});

describe('a timeline of a signal that comes and goes', () => {
  const entry = (at: string, kind: string, text = 'distance: PSI 0.4') => ({
    at: `2026-03-01T10:${at}.000Z`,
    kind,
    text,
  });

  it('tells of every turn, however soon it came', () => {
    const turns = [
      entry('00:00', 'firing'),
      entry('00:30', 'resolved', 'distance: recovered'),
      entry('00:45', 'firing'),
      entry('01:15', 'resolved', 'distance: recovered'),
    ];
    expect(timelineEntries(turns)).toEqual(turns);
  });

  it('tells each turn once when two rules saw it, whatever other signals did meanwhile', () => {
    const other = entry('00:02', 'resolved', 'origin: recovered');
    expect(
      timelineEntries([
        entry('00:00', 'firing'),
        entry('00:00', 'firing', 'distance: KS 0.2'),
        other,
        entry('00:04', 'firing'),
      ]),
    ).toEqual([entry('00:00', 'firing'), entry('00:00', 'firing', 'distance: KS 0.2'), other]);
  });

  it('counts the minute from what it shows, not from what it left out', () => {
    const shown = ['00:00', '00:50', '01:40'].map((at) => entry(at, 'firing'));
    expect(timelineEntries(shown)).toEqual([entry('00:00', 'firing'), entry('01:40', 'firing')]);
  });
});
