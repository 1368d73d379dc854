import type { EmbeddingReference, JointReference } from '@leeway/contract';
import { EMBEDDING_TIE, JOINT_CLIP } from '@leeway/stats';
import { array, identifier, join, raw, type Sql, sql } from '../sql.js';

/**
 * Distance of a row from the baseline's cloud: `compileJoint` of the statistics package step by step and in the same
 * order, so that both give the same double. `features` are Float64 expressions in the reference's order, NaN where
 * missing; then the distance is NaN too. `alias` begins the names that the expression gives to its parts.
 */
export function jointNumber(reference: JointReference, features: readonly Sql[], alias: string): Sql {
  const name = (part: string, i: number) => identifier(`${alias}${part}${i}`);
  const missing = features.map((feature, i) => sql`isNaN(${feature} AS ${name('x', i)})`);
  const clip = Number(JOINT_CLIP).toFixed(1);
  const scaled = features.map((_, i) => {
    const off = sql`(${name('x', i)} - (${reference.mean[i]!})) / ${reference.std[i]! > 0 ? reference.std[i]! : 1}`;
    return sql`least(${raw(clip)}, greatest(${raw(`-${clip}`)}, ${off})) AS ${name('z', i)}`;
  });
  const projections = reference.components.map((weights, k) => {
    const known = weights.slice(0, -1).map((_, i) => name('z', i));
    const all = join([...known, sql`(${scaled[k]!})`], ', ');
    // Of tuples, both functions add one product after the other from the left.
    return k === 0 ? sql`${all} * (${weights[0]!})` : sql`dotProduct((${all}), ${tuple(weights)})`;
  });
  return sql`if(${join(missing, ' OR ')}, nan, sqrt(L2SquaredNorm((${join(projections, ', ')}))))`;
}

function tuple(values: readonly number[]): Sql {
  return sql`(${join(
    values.map((value) => sql`toFloat64(${value})`),
    ', ',
  )})`;
}

/**
 * A number in the same bin as `compileEmbedding` gives: a quarter into the near or far half of the vector's region,
 * infinity beyond all regions, NaN for a vector of another length or with an entry that isn't finite.
 */
export function embeddingNumber(reference: EmbeddingReference, vector: Sql, alias: string): Sql {
  const name = (part: string) => identifier(`${alias}${part}`);
  const doubles = (values: readonly number[]) => sql`CAST(${array(values)}, 'Array(Float64)')`;
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
