import { describe, expect, it } from 'vitest';
import { array, identifier, momentText, sql } from './sql.js';
import { withStore } from './testing.js';

const held = withStore();

describe('values in statements', () => {
  it.each([
    ["it's"],
    ['back\\slash'],
    ["'; DROP TABLE events; --"],
    ['new\nline\ttab'],
    ['nul \0 inside'],
    ['üñí 漢 😀'],
    [''],
  ])('come back as they were: %j', async (text) => {
    const rows = await held.store.lanes.read.rows<{ t: string; n: number }>(
      sql`SELECT ${text} AS t, ${text} IN ${[text, 'other']} AS n`,
    );
    expect(rows).toEqual([{ t: text, n: 1 }]);
  });

  it('keep every bit of a double', async () => {
    const values = [0.1 + 0.2, 1e-7, 1e21, 5e-324, 1.7976931348623157e308, -123456.789012345, 2 ** 53];
    const rows = await held.store.lanes.read.rows<{ bits: string[] }>(
      sql`SELECT arrayMap(x -> toString(reinterpretAsUInt64(x)), CAST(${array(values)}, 'Array(Float64)')) AS bits`,
    );
    expect(rows[0]!.bits).toEqual([...new BigUint64Array(Float64Array.from(values).buffer)].map(String));
  });

  it('refuse numbers that are none', () => {
    expect(() => sql`SELECT ${Number.NaN}`).toThrow(RangeError);
    expect(() => sql`SELECT ${Infinity}`).toThrow(RangeError);
  });

  it('hold for nothing when a list is empty', async () => {
    const rows = await held.store.lanes.read.rows<{ n: number }>(
      sql`SELECT count() AS n FROM numbers(3) WHERE toString(number) IN ${[]}`,
    );
    expect(rows[0]!.n).toBe(0);
  });

  it('quote identifiers', () => {
    expect(identifier('a`b\\').text).toBe('`a\\`b\\\\`');
  });

  it('write moments as seconds and milliseconds', () => {
    expect(momentText(1_700_000_000_007)).toBe('1700000000.007');
    expect(momentText(86_400_000)).toBe('86400.000');
  });
});
