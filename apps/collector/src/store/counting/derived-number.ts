import type { EmbeddingReference, JointReference } from '@leeway/contract';
import { EMBEDDING_TIE, JOINT_CLIP } from '@leeway/stats';
import { array, identifier, join, raw, type Sql, sql } from '../sql.js';

/**
 * Rows of `from` with one column more, `name`: their distance from the baseline's cloud. It is `compileJoint` of the
 * statistics package step by step and in the same order, so that both give the same double. `features` are Float64
 * expressions in the reference's order, NaN where missing; then the distance is NaN too.
 *
 * Steps are queries and arrays: written out as one expression, 40 features took the engine 12 s to understand.
 */
export function withJointNumber(
  reference: JointReference,
  features: readonly Sql[],
  from: Sql,
  name: string,
): Sql {
  const column = (part: string) => identifier(name + part);
  const clip = raw(Number(JOINT_CLIP).toFixed(1));
  const std = reference.std.map((x) => (x > 0 ? x : 1));
  const scaled = sql`arrayMap((x, m, s) -> least(${clip}, greatest(-${clip}, (x - m) / s)), ${column('x')},
    ${doubles(reference.mean)}, ${doubles(std)})`;
  const projected = reference.components.map(
    (weights) =>
      sql`arraySum((w, z) -> w * z, ${doubles(weights)}, arraySlice(${column('z')}, 1, ${weights.length}))`,
  );
  return sql`(SELECT *, if(arrayExists(x -> isNaN(x), ${column('x')}), nan, sqrt(arraySum(p -> p * p, ${column('p')}))) AS ${identifier(name)}
    FROM (SELECT *, [${join(projected, ', ')}] AS ${column('p')}
      FROM (SELECT *, ${scaled} AS ${column('z')}
        FROM (SELECT *, [${join(features, ', ')}] AS ${column('x')} FROM ${from}))))`;
}

function doubles(values: readonly number[]): Sql {
  return sql`CAST(${array(values)}, 'Array(Float64)')`;
}

/**
 * A number in the same bin as `compileEmbedding` gives: a quarter into the near or far half of the vector's region,
 * infinity beyond all regions, NaN for a vector of another length or with an entry that isn't finite.
 */
export function embeddingNumber(reference: EmbeddingReference, vector: Sql, alias: string): Sql {
  const name = (part: string) => identifier(`${alias}${part}`);
  const squares = reference.centroids.map(
    (centroid) => sql`L2SquaredDistance(${name('v')}, ${doubles(centroid)})`,
  );
  const usable = sql`length(${vector} AS ${name('w')}) = ${reference.dimensions}
    AND (arrayFirstIndex(x -> x <= arrayMin(${name('d')}) * ${1 + EMBEDDING_TIE}, ${name('d')}) AS ${name('r')}) > 0
    AND isFinite(sqrt(${name('d')}[${name('r')}]) AS ${name('s')})`;
  return sql`multiIf(
    isNull(arrayResize(${name('w')}, ${reference.dimensions}) AS ${name('v')})
      OR isNull([${join(squares, ', ')}] AS ${name('d')}) OR NOT (${usable}), nan,
    ${name('s')} > ${doubles(reference.farthest)}[${name('r')}], inf,
    ${name('s')} < ${doubles(reference.usual)}[${name('r')}], ${name('r')} - 0.75, ${name('r')} - 0.25)`;
}

/** A double as JavaScript's `String` writes it, which is how ingest names a number that is a category. */
export function numberText(value: Sql): Sql {
  // ClickHouse writes the same digits, but -0 with its sign and 1e21 without one.
  return sql`replaceRegexpOne(toString(${value} + 0), 'e([0-9])', 'e+\\\\1')`;
}
