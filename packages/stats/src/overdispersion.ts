import type { BinSpec } from './bins.js';
import { chiSquareStatistic } from './chi-square-test.js';
import { coarseBins, groupCounts } from './coarsen.js';
import { checkPair } from './errors.js';

/** Expected rows a block needs in a bin for its chi-square to be counted. */
const LEAST_EXPECTED = 5;

/**
 * Overdispersion φ of a signal's counts: how much more consecutive blocks of the baseline differ from each other
 * than independent rows would (households, sessions, retries and bursts come together). 1 = independent.
 *
 * Each block is held against the rest of the baseline with Pearson's chi-square on coarse bins; φ is the sum of
 * the statistics over the sum of their degrees of freedom, at least 1. Chi-square divided by φ is then about
 * chi-square again. Bins too thin in a block are merged. Fewer than two usable blocks: 1.
 *
 * @param blocks counts of consecutive blocks (by time, or by row order) in the layout of `spec`
 * @param bins regular coarse bins
 */
export function overdispersion(blocks: readonly (readonly number[])[], spec: BinSpec, bins = 10): number {
  return overdispersionWithin([blocks], spec, bins);
}

/**
 * Overdispersion left when blocks are compared only within their own group: with one group for each hour of the
 * week it measures what the weekly rhythm doesn't explain, which is the φ that goes with the seasonal reference.
 */
export function overdispersionWithin(
  groups: readonly (readonly (readonly number[])[])[],
  spec: BinSpec,
  bins = 10,
): number {
  const sums = groups.map((blocks, g) => sumOf(blocks, `groups[${g}]`));
  const everything = sumOf(sums, 'groups');
  if (everything.length === 0) return 1;
  const coarse = coarseBins(spec, everything, bins);
  let statistics = 0;
  let dof = 0;
  groups.forEach((blocks, g) => {
    if (blocks.length < 2) return;
    const all = groupCounts(coarse, sums[g]!);
    for (const block of blocks) {
      const { block: kept, rest } = mergeThin(groupCounts(coarse, block), all);
      const table = chiSquareStatistic(rest, kept);
      if (table === null || table.dof < 1) continue;
      statistics += table.statistic;
      dof += table.dof;
    }
  });
  return dof === 0 ? 1 : Math.max(1, statistics / dof);
}

function sumOf(blocks: readonly (readonly number[])[], field: string): number[] {
  const sum: number[] = new Array<number>(blocks[0]?.length ?? 0).fill(0);
  blocks.forEach((block, b) => {
    if (block.length === 0) return;
    checkPair(sum, block, [`${field}[0]`, `${field}[${b}]`]);
    for (let i = 0; i < block.length; i++) sum[i]! += block[i]!;
  });
  return sum;
}

function mergeThin(block: readonly number[], all: readonly number[]): { block: number[]; rest: number[] } {
  const rows = block.reduce((a, b) => a + b, 0);
  const whole = all.reduce((a, b) => a + b, 0);
  const kept: number[] = [];
  const rest: number[] = [];
  let openBlock = 0;
  let openAll = 0;
  const close = () => {
    kept.push(openBlock);
    rest.push(openAll - openBlock);
    openBlock = 0;
    openAll = 0;
  };
  for (let i = 0; i < all.length; i++) {
    openBlock += block[i]!;
    openAll += all[i]!;
    if ((openAll * rows) / whole >= LEAST_EXPECTED) close();
  }
  if (openAll > 0) {
    if (kept.length === 0) close();
    else {
      kept[kept.length - 1]! += openBlock;
      rest[rest.length - 1]! += openAll - openBlock;
    }
  }
  return { block: kept, rest };
}
