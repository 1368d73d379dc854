import { expect, it } from 'vitest';
import { testBaseline, withStore } from './testing.js';

const held = withStore();

it('brings every baseline, oldest first, however many there are', async () => {
  const made = Array.from({ length: 45 }, (_, i) => ({
    ...testBaseline(`m${i % 7}`),
    id: `b${String(i).padStart(2, '0')}`,
    created_at: new Date(1_700_000_000_000 - i * 60_000).toISOString(),
  }));
  for (const baseline of made) await held.store.baselines.save(baseline);
  await held.store.baselines.save(made[0]!);
  const loaded = await held.store.baselines.load();
  expect(loaded.map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
  const known = new Set(made.slice(3).map(({ id }) => id));
  expect((await held.store.baselines.load(known)).map(({ id }) => id)).toEqual(['b02', 'b01', 'b00']);
  expect(loaded.find(({ id }) => id === 'b10')).toEqual(made[10]);
});
