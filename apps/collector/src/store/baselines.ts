import { Baseline } from '@leeway/contract';
import type { Lane } from './engine/lane.js';
import { join, momentText, sql } from './sql.js';

/** Bodies that one question brings: thousands of baselines are hundreds of MiB, more than a lane may hold at a time. */
const BODIES_AT_ONCE = 20;

/** Keeps baselines: immutable, one row each, written to the disk before `save` resolves. */
export function createBaselineTable(lane: Lane) {
  async function bodies(keys: readonly { model: string; id: string }[]): Promise<Baseline[]> {
    const wanted = join(
      keys.map((key) => sql`(${key.model}, ${key.id})`),
      ', ',
    );
    const rows = await lane.rows<{ id: string; model: string; body: string }>(
      sql`SELECT model, id, any(body) AS body FROM baselines WHERE (model, id) IN (${wanted}) GROUP BY model, id`,
    );
    const byKey = new Map(rows.map((row) => [`${row.model}\u0000${row.id}`, row.body]));
    return keys.map(({ model, id }) => {
      const parsed = Baseline.safeParse(JSON.parse(byKey.get(`${model}\u0000${id}`)!));
      if (!parsed.success)
        throw new Error(`Baseline ${id} of ${model} can't be read: ${parsed.error.issues[0]?.message}`);
      return parsed.data;
    });
  }

  return {
    async save(baseline: Baseline): Promise<void> {
      const row = {
        model: baseline.model,
        id: baseline.id,
        name: baseline.name,
        created_at: momentText(Date.parse(baseline.created_at)),
        body: JSON.stringify(baseline),
      };
      await lane.insert({
        table: 'baselines',
        columns: ['model', 'id', 'name', 'created_at', 'body'],
        format: 'JSONEachRow',
        body: [Buffer.from(`${JSON.stringify(row)}\n`)],
      });
    },

    /**
     * Every baseline whose id is not `known`, oldest first. A stored body that no longer fits the contract is an error
     * that names it.
     */
    async load(known: ReadonlySet<string> = new Set()): Promise<Baseline[]> {
      const stored = await lane.rows<{ model: string; id: string }>(
        sql`SELECT model, id FROM baselines GROUP BY model, id ORDER BY min(created_at), model, id`,
      );
      const keys = stored.filter(({ id }) => !known.has(id));
      const found: Baseline[] = [];
      for (let i = 0; i < keys.length; i += BODIES_AT_ONCE)
        found.push(...(await bodies(keys.slice(i, i + BODIES_AT_ONCE))));
      return found;
    },
  };
}
export type BaselineTable = ReturnType<typeof createBaselineTable>;
