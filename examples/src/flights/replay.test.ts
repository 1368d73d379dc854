import { describe, expect, it } from 'vitest';
import { DAY, demoClock, SPEED } from './clock.js';
import { KilometreFault } from './fault.js';
import type { Flight } from './flights.js';
import { fitDelayModel } from './model.js';
import { DueQueue } from './queue.js';
import { type Delivery, replay } from './replay.js';

const MARCH = Date.UTC(2001, 2, 17);

function flight(row: number, at: number, change: Partial<Flight> = {}): Flight {
  const hour = new Date(at).getUTCHours();
  return { row, at, hour, delay: 5, distance: 400, origin: 'ATL', destination: 'SAV', ...change };
}

describe('demoClock', () => {
  it('puts one whole day of flights into each full minute', () => {
    const clock = demoClock(MARCH, Date.UTC(2026, 0, 1, 12, 0, 30));
    expect(clock.wall(MARCH)).toBe(Date.UTC(2026, 0, 1, 12, 1));
    expect(clock.wall(MARCH - DAY)).toBe(Date.UTC(2026, 0, 1, 12, 0));
    expect(clock.flight(Date.UTC(2026, 0, 1, 12, 2))).toBe(MARCH + DAY);
    expect(SPEED).toBe(1_440);
  });
});

describe('KilometreFault', () => {
  it('changes distances from its moment on, and only while it is on', () => {
    const fault = new KilometreFault();
    expect(fault.distance(1_000, 50)).toBe(1_000);
    fault.switchOn(100);
    expect(fault.distance(1_000, 99)).toBe(1_000);
    expect(fault.distance(1_000, 100)).toBe(1_609);
    fault.switchOff();
    expect(fault.distance(1_000, 200)).toBe(1_000);
  });
});

describe('fitDelayModel', () => {
  it('predicts late where flights were late, and draws small groups to the overall mean', () => {
    const late = Array.from({ length: 500 }, (_, i) => flight(i, MARCH, { origin: 'ORD', delay: 30 }));
    const early = Array.from({ length: 500 }, (_, i) => flight(i, MARCH, { origin: 'LAX', delay: -10 }));
    const rare = flight(2_000, MARCH, { origin: 'RIC', delay: 500 });
    const model = fitDelayModel([...late, ...early, rare]);
    const at = (origin: string) => model.predict({ origin, hour: 0, distance: 400 });
    expect(at('ORD')).toBeGreaterThan(25);
    expect(at('LAX')).toBeLessThan(-5);
    expect(at('RIC')).toBeLessThan(30);
  });

  it('refuses to be trained on nothing', () => {
    expect(() => fitDelayModel([])).toThrow(RangeError);
  });
});

describe('DueQueue', () => {
  it('gives back what is due, earliest first, and keeps the rest', () => {
    const queue = new DueQueue<number>();
    for (const due of [5, 1, 9, 3, 7, 2, 8]) queue.push(due, due);
    const taken: number[] = [];
    for (let next = queue.pop(5); next !== undefined; next = queue.pop(5)) taken.push(next);
    expect(taken).toEqual([1, 2, 3, 5]);
    expect(queue.size).toBe(3);
  });
});

describe('replay', () => {
  it('sends history at once and in order, then waits for the clock; a label follows its arrival', async () => {
    let now = Date.UTC(2026, 0, 1, 12, 0, 0);
    const clock = demoClock(MARCH, now);
    const day = Array.from({ length: 24 }, (_, hour) => flight(hour, MARCH - DAY + hour * 3_600_000));
    const next = flight(24, MARCH + 3_600_000);
    let liveAt = 0;
    const sent: Delivery[] = [];
    const stop = new AbortController();
    const deliveries = replay({
      flights: (async function* () {
        yield* [...day, next];
      })(),
      model: fitDelayModel(day),
      clock,
      fault: new KilometreFault(),
      batch: 10,
      now: () => now,
      signal: stop.signal,
      onLive: () => {
        liveAt = now;
        now += 60_000;
      },
    });
    for await (const delivery of deliveries) sent.push(delivery);
    const events = sent.flatMap((delivery) => delivery.events);
    const labels = sent.flatMap((delivery) => delivery.labels);
    expect(events.map((event) => event.id)).toEqual([...day, next].map((f) => `flight-${f.row}`));
    expect(liveAt).toBe(Date.UTC(2026, 0, 1, 12, 0, 0));
    expect(labels.length).toBeGreaterThan(20);
    const sentAt = new Map(events.map((event) => [event.id, Number(event.ts)]));
    for (const label of labels) expect(Number(label.ts)).toBeGreaterThan(sentAt.get(label.id) ?? Infinity);
    expect(Math.max(...sent.map((delivery) => delivery.events.length))).toBeLessThanOrEqual(10);
  });
});
