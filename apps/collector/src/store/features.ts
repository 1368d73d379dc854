import { randomUUID } from 'node:crypto';
import { StoreError } from './engine/errors.js';
import type { Lane } from './engine/lane.js';
import { momentText, sql } from './sql.js';

export type PlaceKind = 'numeric' | 'categorical' | 'embedding';
/** Where a feature's values stand in the arrays of an event row; ingest's `FeaturePlace`. */
export interface FeaturePlace {
  name: string;
  kind: PlaceKind;
  position: number;
}
export interface FeatureOrder {
  model: string;
  places: ReadonlyMap<string, FeaturePlace>;
}

const ATTEMPTS = 50;

/**
 * Each model's append-only feature order. Appends of one process run one after the other; those of several
 * collectors on one database are kept apart by the token `features/<model>/<kind>/<first position>`, of which the
 * database takes one (see journal.ts for the same idea).
 */
export async function openFeatures(lane: Lane, shared: boolean, clock: () => number) {
  const orders = new Map<string, Map<string, FeaturePlace>>();
  let tail: Promise<unknown> = Promise.resolve();

  async function load(model: string | null): Promise<void> {
    const rows = await lane.rows<FeaturePlace & { model: string }>(
      model === null
        ? sql`SELECT model, kind, position, name FROM features ORDER BY model, kind, position`
        : sql`SELECT model, kind, position, name FROM features WHERE model = ${model} ORDER BY kind, position`,
    );
    for (const row of rows)
      placesOf(row.model).set(row.name, { name: row.name, kind: row.kind, position: row.position });
  }
  function placesOf(model: string): Map<string, FeaturePlace> {
    let places = orders.get(model);
    if (!places) {
      places = new Map();
      orders.set(model, places);
    }
    return places;
  }

  function countOf(places: ReadonlyMap<string, FeaturePlace>, kind: PlaceKind): number {
    let count = 0;
    for (const place of places.values()) if (place.kind === kind) count++;
    return count;
  }

  async function appendKind(model: string, kind: PlaceKind, names: readonly string[]): Promise<void> {
    let emptyHanded = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const places = placesOf(model);
      const fresh = names.filter((name) => !places.has(name));
      if (fresh.length === 0) return;
      const first = countOf(places, kind);
      const at = momentText(clock());
      const lines = fresh.map((name, i) => JSON.stringify({ model, kind, position: first + i, name, at }));
      const token = `features/${model}/${kind}/${first}/${shared ? emptyHanded : randomUUID()}`;
      await lane.insert({
        table: 'features',
        columns: ['model', 'kind', 'position', 'name', 'at'],
        format: 'JSONEachRow',
        body: [Buffer.from(`${lines.join('\n')}\n`)],
        settings: { insert_deduplication_token: token },
      });
      if (!shared) {
        fresh.forEach((name, i) => {
          places.set(name, { name, kind, position: first + i });
        });
        return;
      }
      // Another collector may have been first: what the table says now is the order, whoever wrote it.
      await load(model);
      emptyHanded = countOf(placesOf(model), kind) === first ? emptyHanded + 1 : 0;
    }
    throw new StoreError(
      `The features of ${model} could not be appended: too many writers`,
      'unavailable',
      true,
    );
  }

  await load(null);
  return {
    /** The known order, from memory; empty for a new model. */
    order(model: string): FeatureOrder {
      return { model, places: orders.get(model) ?? new Map() };
    },
    /** Appends what is new, in the order given, and returns the order once it is durable. */
    append(model: string, wanted: readonly { name: string; kind: PlaceKind }[]): Promise<FeatureOrder> {
      const work = tail.then(async () => {
        for (const kind of ['numeric', 'categorical', 'embedding'] as const) {
          const names = wanted.filter((feature) => feature.kind === kind).map((feature) => feature.name);
          if (names.length > 0) await appendKind(model, kind, [...new Set(names)]);
        }
        return { model, places: new Map(placesOf(model)) };
      });
      tail = work.catch(() => undefined);
      return work;
    },
  };
}
export type StoredFeatures = Awaited<ReturnType<typeof openFeatures>>;
