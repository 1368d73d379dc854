import { Baseline } from '@leeway/contract';
import type { Lane } from './engine/lane.js';
import { momentText, sql } from './sql.js';

/** Keeps baselines: immutable, one row each, written to the disk before `save` resolves. */
export function createBaselineTable(lane: Lane) {
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
        body: Buffer.from(`${JSON.stringify(row)}\n`),
      });
    },

    /** Every baseline, oldest first. A stored body that no longer fits the contract is an error that names it. */
    async load(): Promise<Baseline[]> {
      const rows = await lane.rows<{ id: string; model: string; body: string }>(
        sql`SELECT id, model, body FROM baselines FINAL ORDER BY created_at, model, id`,
      );
      return rows.map((row) => {
        const parsed = Baseline.safeParse(JSON.parse(row.body));
        if (!parsed.success)
          throw new Error(
            `Baseline ${row.id} of ${row.model} can't be read: ${parsed.error.issues[0]?.message}`,
          );
        return parsed.data;
      });
    },
  };
}
export type BaselineTable = ReturnType<typeof createBaselineTable>;
