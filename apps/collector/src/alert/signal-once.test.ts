import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AlertList, type IncidentList, MULTIVARIATE_SIGNAL, Rule } from '@leeway/contract';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rank } from './incident/rank.js';
import { subject, subjects } from './incident/subject.js';
import type { Message } from './notify/message.js';
import { type AlertRoom, createAlertRoom } from './room.js';
import { type Instance, newInstance } from './state/instance.js';
import { httpSink } from './testing/http-sink.js';
import { MemoryJournal } from './testing/memory-journal.js';
import { GivenFacts, MINUTE, verdict } from './testing/verdict.js';

interface Given {
  rule?: string;
  severity?: 'info' | 'warning' | 'critical';
  threshold?: number;
  importance?: number;
  watches?: Rule['signal'];
}

function alert(signal: string, psi: number, given: Given = {}): Instance {
  const { severity = 'critical', threshold = 0.2, importance = null } = given;
  const rule = Rule.parse({
    name: given.rule ?? `${severity}-${threshold}`,
    signal: given.watches ?? 'drift.psi',
    condition: { op: '>', value: threshold },
    severity,
  });
  const slice = { model: 'm', version: '1', segment: '', signal };
  const detail = {
    value: psi,
    threshold,
    unit: 'PSI',
    n: 1_000,
    window: null,
    baseline: null,
    direction: null,
    importance,
    summary: '',
  };
  const instance = newInstance(rule, 'breach', slice, detail);
  return { ...instance, state: { ...instance.state, phase: 'firing' } };
}
const order = (list: Instance[]) => rank(list).map(({ instance }) => instance.slice.signal);

describe('the order of an incident’s signals', () => {
  it('is by severity first, then by effect × importance', () => {
    const list = [
      alert('warned', 0.19, { severity: 'warning', threshold: 0.1, importance: 9 }),
      alert('small', 0.21, { importance: 1 }),
      alert('large', 0.6, { importance: 1 }),
      alert('small but important', 0.25, { importance: 4 }),
    ];
    expect(order(list)).toEqual(['small but important', 'large', 'small', 'warned']);
  });

  it('does not depend on how low a rule of the same severity sets its limit', () => {
    expect(order([alert('a', 0.3, { threshold: 0.05 }), alert('b', 0.5)])).toEqual(['b', 'a']);
  });

  it('has all numeric features together behind single features of the same severity, and before milder ones', () => {
    const list = [
      alert(MULTIVARIATE_SIGNAL, 2),
      alert('distance', 0.3),
      alert('hour', 5, { severity: 'warning', threshold: 0.1 }),
    ];
    expect(order(list)).toEqual(['distance', MULTIVARIATE_SIGNAL, 'hour']);
  });

  it('lists what several rules say of one signal once, under the worst', () => {
    const found = subjects([
      alert('distance', 0.3, { rule: 'psi-moderate', severity: 'warning', threshold: 0.1 }),
      alert('distance', 0.3, { rule: 'psi-significant' }),
      alert('distance', 0.4, { rule: 'ks', watches: 'drift.ks', severity: 'info' }),
      alert('distance', 0.1, { rule: 'missing', watches: 'quality.missing', severity: 'info' }),
    ]);
    expect(found.map((one) => [subject(one.lead), one.lead.rule, one.others.map((o) => o.rule)])).toEqual([
      ['distance', 'psi-significant', ['psi-moderate', 'ks']],
      ['distance missing values', 'missing', []],
    ]);
  });
});

describe('one signal under two rules', () => {
  const T0 = Math.floor(Date.now() / MINUTE) * MINUTE;
  let dir: string;
  let sink: Awaited<ReturnType<typeof httpSink>>;
  let room: AlertRoom;
  let now = T0;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'leeway-once-'));
    sink = await httpSink();
    now = T0;
    const alertFile = join(dir, 'alerts.yaml');
    await writeFile(
      alertFile,
      `receivers: [{ name: hook, kind: webhook, url: "${sink.url}/" }]
route: { receiver: hook, group_wait: 10s, group_interval: 1m }
allow_addresses: [127.0.0.1]
`,
    );
    room = createAlertRoom({
      journal: new MemoryJournal(),
      facts: new GivenFacts(),
      log: pino({ level: 'silent' }),
      now: () => now,
      publicUrl: 'http://leeway.example',
      alertFile,
      rulesPath: null,
      env: {},
      dispatchMs: 5,
    });
    await room.start();
  });
  afterEach(async () => {
    await room.stop();
    await sink.close();
    await rm(dir, { recursive: true, force: true });
  });

  const ask = async <T>(path: string): Promise<T> => {
    const route = room.routes.find((r) => r.method === 'GET' && r.path === path)!;
    const query = route.schema.querystring!.parse({});
    const { body } = await route.handler({ params: {}, query, body: undefined });
    return route.schema.response[200]!.parse(body) as T;
  };
  /** A quarter of an hour of windows with this PSI, then time for every message that is due. */
  const pass = async (psi: number) => {
    for (let i = 0; i < 15; i++) {
      now += MINUTE;
      await room.judged('flight-delay', [verdict('distance', now, psi)], now);
    }
    now += MINUTE;
    await new Promise((resolve) => setTimeout(resolve, 150));
  };
  const said = () =>
    sink.arrived.map(({ text }) => {
      const m = JSON.parse(text) as Message;
      return `${m.why}: ${m.title} (${m.firing_count}/${m.signal_count})`;
    });

  it('mutes all features together while a single one says what moved, and only then', async () => {
    const judge = (distance: number, joint: number) => {
      now += MINUTE;
      const verdicts = [verdict('distance', now, distance), verdict(MULTIVARIATE_SIGNAL, now, joint)];
      return room.judged('flight-delay', verdicts, now);
    };
    await judge(0.41, 0.15);
    now += MINUTE;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(said()).toEqual(['first: [critical] flight-delay 3: distance 0.41 PSI (1/1)']);
    const { incidents } = await ask<IncidentList>('/incidents');
    expect(incidents).toMatchObject([
      { title: 'distance 0.41 PSI', signals: [{ signal: 'distance' }, { signal: MULTIVARIATE_SIGNAL }] },
    ]);
    await judge(0.01, 0.15);
    now += MINUTE;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(said()[1]).toBe(
      'new_signals: [warning] flight-delay 3: all numeric features together 0.15 PSI (1/2)',
    );
  });

  it('is one signal of the incident, and one line of a message, whichever rules fire', async () => {
    await pass(0.15);
    await pass(0.41);
    const { incidents } = await ask<IncidentList>('/incidents');
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      title: 'distance 0.41 PSI',
      severity: 'critical',
      signal_count: 1,
      firing_count: 1,
      signals: [{ signal: 'distance', rule: 'drift-significant', also: ['drift-moderate'] }],
    });
    const { alerts } = await ask<AlertList>('/alerts');
    expect(alerts.map((a) => [a.rule, a.inhibitors])).toEqual([
      ['drift-significant', []],
      ['drift-moderate', [expect.objectContaining({ rule: 'drift-significant', subject: 'distance' })]],
    ]);
    expect(room.counts.ofModel('flight-delay').firing).toBe(1);

    // The warning that is left when the worst is over is no news, and its end is the end.
    await pass(0.15);
    await pass(0.01);
    expect(said()).toEqual([
      'first: [warning] flight-delay 3: distance 0.15 PSI (1/1)',
      'worse: [critical] flight-delay 3: distance 0.41 PSI (1/1)',
      'all_resolved: [resolved] flight-delay 3: distance recovered (0/1)',
    ]);
  });
});
