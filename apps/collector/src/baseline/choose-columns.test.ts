import { BaselineOptions } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { chooseColumns } from './choose-columns.js';
import { BaselineError } from './error.js';
import { column } from './testing.js';

const options = (given: object = {}) => BaselineOptions.parse(given);

describe('choosing columns', () => {
  it('infers kinds and gives every column that is not used a reason', () => {
    const file = {
      rows: 1000,
      columns: [
        column('x'),
        column('city', { type: 'text', distinct: 30 }),
        column('vip', { type: 'boolean', distinct: 2 }),
        column('vector', { type: 'vector', distinct: 0 }),
        column('when', { type: 'time' }),
        column('same', { distinct: 1 }),
        column('same or missing', { distinct: 1, missing: 200 }),
        column('void', { missing: 1000, distinct: 0 }),
        column('dirty', { type: 'text', distinct: 900, numberLike: 990 }),
        column('codes with letters', { type: 'text', distinct: 40, numberLike: 10 }),
        column('id', { type: 'text', distinct: 998 }),
        column('nested', { type: 'unsupported', fileType: 'Map(String, UInt8)' }),
        column('gone'),
      ],
    };
    const chosen = chooseColumns(file, options({ exclude: ['gone'] }));
    expect(chosen.features).toEqual([
      { column: 'x', kind: 'numeric' },
      { column: 'city', kind: 'categorical' },
      { column: 'vip', kind: 'boolean' },
      { column: 'vector', kind: 'embedding' },
      { column: 'same or missing', kind: 'numeric' },
      { column: 'codes with letters', kind: 'categorical' },
    ]);
    expect(chosen.leftOut.map((one) => [one.column, one.code])).toEqual([
      ['when', 'timestamp'],
      ['same', 'constant'],
      ['void', 'all_missing'],
      ['dirty', 'mixed_types'],
      ['id', 'identifier'],
      ['nested', 'unsupported_type'],
      ['gone', 'excluded'],
    ]);
    expect(chosen.leftOut.find((one) => one.column === 'dirty')!.message).toBe(
      '990 of 1,000 values are numbers, the rest is text; clean it, or name its kind (categorical)',
    );
  });

  it('leaves a million categories out and says how many there may be', () => {
    const file = {
      rows: 5_000_000,
      columns: [column('user', { type: 'text', rows: 5_000_000, distinct: 1_000_000 })],
    };
    const { features, leftOut } = chooseColumns(file, options());
    expect(features).toEqual([]);
    expect(leftOut[0]).toMatchObject({ code: 'too_many_categories' });
    expect(leftOut[0]!.message).toMatch(/1,000,000 distinct values; at most 5,200/);
  });

  it('takes roles out of the features and lets kinds be overridden', () => {
    const file = {
      rows: 1000,
      columns: ['x', 'code', 'p', 's', 'l', 'ms', 'at'].map((name) => column(name, { distinct: 20 })),
    };
    const chosen = chooseColumns(
      file,
      options({
        prediction: 'p',
        score: 's',
        label: 'l',
        latency: 'ms',
        timestamp: 'at',
        kinds: { code: 'categorical' },
      }),
    );
    expect(chosen.features).toEqual([
      { column: 'x', kind: 'numeric' },
      { column: 'code', kind: 'categorical' },
    ]);
    expect(chosen).toMatchObject({
      prediction: { column: 'p', kind: 'numeric' },
      score: 's',
      label: 'l',
      latency: 'ms',
      timestamp: 'at',
      leftOut: [],
    });
  });

  it('names the columns there are when one is asked for that is not', () => {
    const file = { rows: 10, columns: [column('x'), column('y')] };
    expect(() => chooseColumns(file, options({ timestamp: 'z' }))).toThrow(BaselineError);
    expect(() => chooseColumns(file, options({ timestamp: 'z' }))).toThrow(
      'The file has no column "z" (timestamp). Its columns: x, y',
    );
  });
});
