/** How far a value may lie from the expected one; `p_*` is for p-values. */
export interface Tolerance {
  rel: number;
  abs: number;
  p_rel: number;
  p_abs: number;
}

/** Square roots and differences of nearly equal numbers keep only half their digits near 0. */
const NEAR_ZERO = 1e-8;

/**
 * Compares an answer with what is expected, key by key, and says where they differ. Every expected key needs an
 * answer: one that the package doesn't give is a difference, never a pass.
 *
 * @param leaf name of the value compared: what tells p-values from others
 */
export function differences(
  expected: unknown,
  got: unknown,
  tolerance: Required<Tolerance>,
  path = '',
  leaf = '',
): string[] {
  const here = path === '' ? 'answer' : path;
  if (Array.isArray(expected)) {
    if (!Array.isArray(got)) return [`${here}: expected a list, got ${show(got)}`];
    if (got.length !== expected.length)
      return [`${here}: expected ${expected.length} values, got ${got.length}`];
    return expected.flatMap((value, i) => differences(value, got[i], tolerance, `${path}[${i}]`, leaf));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null) return [`${here}: expected values, got ${show(got)}`];
    const answers = got as Record<string, unknown>;
    return Object.entries(expected).flatMap(([key, value]) =>
      key in answers
        ? differences(value, answers[key], tolerance, path === '' ? key : `${path}.${key}`, key)
        : [`${path === '' ? key : `${path}.${key}`}: no answer (the package doesn't know it)`],
    );
  }
  const wanted = special(expected);
  if (typeof wanted !== 'number')
    return wanted === got ? [] : [`${here}: expected ${show(wanted)}, got ${show(got)}`];
  if (typeof got !== 'number') return [`${here}: expected ${wanted}, got ${show(got)}`];
  return near(wanted, got, tolerance, leaf) ? [] : [`${here}: expected ${wanted}, got ${got}`];
}

function near(wanted: number, got: number, tolerance: Required<Tolerance>, leaf: string): boolean {
  if (Object.is(wanted, got) || wanted === got) return true;
  if (!Number.isFinite(wanted) || !Number.isFinite(got)) return false;
  const isP = /(^|_)p(_|$)/.test(leaf);
  const rel = isP ? tolerance.p_rel : tolerance.rel;
  const abs = isP ? tolerance.p_abs : tolerance.abs;
  const gap = Math.abs(wanted - got);
  if (gap <= abs + rel * Math.abs(wanted)) return true;
  return /js_dist|chi2$|g_stat/.test(leaf) && Math.abs(wanted) < NEAR_ZERO && gap <= NEAR_ZERO;
}

function special(value: unknown): unknown {
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Infinity;
  if (value === '-Infinity') return -Infinity;
  return value;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
