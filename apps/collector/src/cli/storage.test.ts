import { describe, expect, it } from 'vitest';
import { sized, storageTable } from './storage.js';

describe('what the store takes', () => {
  it('is said in units that a person reads', () => {
    expect([0, 999, 1_024, 10_240, 1_048_575, 1_181_116_006, 3e12].map(sized)).toEqual([
      '0 B',
      '999 B',
      '1.00 KiB',
      '10.0 KiB',
      '1.00 MiB',
      '1.10 GiB',
      '2.73 TiB',
    ]);
  });

  it('lists the largest first, per row and per event, and only counts what is empty', () => {
    const text = storageTable([
      { table: 'histograms', rows: 10_000, bytes: 500_000 },
      { table: 'labels', rows: 0, bytes: 0 },
      { table: 'events', rows: 1_000_000, bytes: 87_000_000 },
    ]);
    expect(
      text
        .split('\n')
        .slice(2, 4)
        .map((line) => line.split(/[│\s]+/).slice(1, -1)),
    ).toEqual([
      ['events', '1,000,000', '83.0', 'MiB', '87.0', '87.0'],
      ['histograms', '10,000', '488', 'KiB', '50.0', '0.5'],
    ]);
    expect(text).toContain('1,000,000 events take 83.4 MiB: 87.5 bytes an event in all. One table is empty.');
  });

  it('says that there are no events yet', () => {
    expect(storageTable([{ table: 'events', rows: 0, bytes: 0 }])).toBe(
      'No events yet. One table is empty.\n',
    );
  });
});
