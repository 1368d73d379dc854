import { describe, expect, it } from 'vitest';
import { openFeatures } from './features.js';
import { withStore } from './testing.js';

const held = withStore();
const clock = () => Date.parse('2026-03-02T10:00:00Z');

describe('the feature order', () => {
  it('appends behind what is there and never moves a place', async () => {
    const { features } = held.store;
    expect(features.order('order').places.size).toBe(0);
    await features.append('order', [
      { name: 'age', kind: 'numeric' },
      { name: 'city', kind: 'categorical' },
      { name: 'income', kind: 'numeric' },
    ]);
    const order = await features.append('order', [
      { name: 'height', kind: 'numeric' },
      { name: 'age', kind: 'numeric' },
    ]);
    expect([...order.places.values()]).toEqual([
      { name: 'age', kind: 'numeric', position: 0 },
      { name: 'income', kind: 'numeric', position: 1 },
      { name: 'city', kind: 'categorical', position: 0 },
      { name: 'height', kind: 'numeric', position: 2 },
    ]);
    const later = await openFeatures(held.store.lanes.read, false, clock);
    expect(new Map([...later.order('order').places].sort())).toEqual(new Map([...order.places].sort()));
  });

  it('gives each of many appends at once its own places', async () => {
    const { features } = held.store;
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        features.append('many', [{ name: `f${i}`, kind: 'numeric' as const }]),
      ),
    );
    const positions = [...features.order('many').places.values()].map((place) => place.position);
    expect(positions.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });

  it('keeps a name where it is when its kind changes', async () => {
    await held.store.features.append('kinds', [{ name: 'x', kind: 'numeric' }]);
    const order = await held.store.features.append('kinds', [{ name: 'x', kind: 'categorical' }]);
    expect(order.places.get('x')).toEqual({ name: 'x', kind: 'numeric', position: 0 });
  });

  it('agrees between two collectors that append to the same model at once', async () => {
    const one = await openFeatures(held.store.lanes.journal, true, clock);
    const two = await openFeatures(held.store.lanes.background, true, clock);
    for (let i = 0; i < 8; i++)
      await Promise.all([
        one.append('shared', [
          { name: `both${i}`, kind: 'numeric' },
          { name: `one${i}`, kind: 'numeric' },
        ]),
        two.append('shared', [
          { name: `two${i}`, kind: 'numeric' },
          { name: `both${i}`, kind: 'numeric' },
        ]),
      ]);
    const truth = await openFeatures(held.store.lanes.read, false, clock);
    const places = truth.order('shared').places;
    expect(places.size).toBe(24);
    expect([...places.values()].map((p) => p.position).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 24 }, (_, i) => i),
    );
    for (const known of [one, two])
      for (const [name, place] of known.order('shared').places) expect(places.get(name)).toEqual(place);
  });
});
