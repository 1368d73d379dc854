import { describe, expect, it } from 'vitest';
import { createLastEvents } from './last-events.js';

function setUp(stored: number | null) {
  const clock = { now: 100_000 };
  let asked = 0;
  const events = createLastEvents(
    async (models) => {
      asked++;
      return new Map(stored === null ? [] : models.map((model) => [model, { last: stored }]));
    },
    () => ['m', 'n'],
    () => clock.now,
  );
  return { events, clock, asked: () => asked };
}

describe('the newest event of a model', () => {
  it('comes from arrivals, whatever their order, without asking the store', async () => {
    const { events, asked } = setUp(5);
    events.arrived('m', 90_000);
    events.arrived('m', 80_000);
    expect(await events.of('m')).toBe(90_000);
    expect(asked()).toBe(0);
  });

  it('is asked of the store when none has come for a while, once', async () => {
    const { events, clock, asked } = setUp(95_000);
    events.arrived('m', 90_000);
    clock.now += 30_000;
    expect(await events.of('m')).toBe(95_000);
    expect(await events.of('m')).toBe(95_000);
    expect(asked()).toBe(1);
  });

  it('is asked for all models in one question', async () => {
    const { events, asked } = setUp(95_000);
    expect(await Promise.all(['m', 'n', 'new'].map((model) => events.of(model)))).toEqual(
      Array.from({ length: 3 }, () => 95_000),
    );
    expect(await events.of('n')).toBe(95_000);
    // The third is not among the models yet.
    expect(asked()).toBe(2);
  });

  it('is null for a model without events', async () => {
    expect(await setUp(null).events.of('m')).toBeNull();
  });
});
