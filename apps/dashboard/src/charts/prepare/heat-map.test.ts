import { type HeatMap, VERDICT_KINDS, type VerdictKind } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import {
  cellAt,
  cellFacts,
  cellSentence,
  columnX,
  filterRows,
  heatMapSummary,
  heatMapTable,
  moveCell,
} from './heat-map';

const code = (kind: VerdictKind) => VERDICT_KINDS.indexOf(kind);
const map: HeatMap = {
  columns: ['2026-03-10T00:00:00Z', '2026-03-10T01:00:00Z', '2026-03-10T02:00:00Z'],
  column_ms: 3_600_000,
  window_ms: 7_200_000,
  markers: [],
  rows: [
    {
      signal: 'distance',
      kind: 'numeric',
      verdicts: [code('stable'), -1, code('significant')],
      psi: [0.01, null, 0.41],
      n: [4_213, 0, 4_000],
      window_start: [1_000, null, 3_000],
    },
    {
      signal: 'origin',
      kind: 'categorical',
      verdicts: [-1, -1, code('insufficient_data')],
      psi: [null, null, null],
      n: [0, 0, 42],
      window_start: [null, null, 3_000],
    },
  ],
};

describe('a heat map', () => {
  const grid = { columns: 3, rows: 2, width: 100, rowHeight: 20 };

  it('covers its width without gap or overlap', () => {
    expect([0, 1, 2, 3].map((column) => columnX(grid, column))).toEqual([0, 33, 67, 100]);
  });

  it('finds the cell under a point, and none outside', () => {
    expect(cellAt(grid, 50, 25)).toEqual({ row: 1, column: 1 });
    expect(cellAt(grid, 100, 5)).toBeNull();
    expect(cellAt(grid, 5, 40)).toBeNull();
    expect(cellAt(grid, -1, 5)).toBeNull();
  });

  it('is walked by keys and stops at its edges', () => {
    expect(moveCell('ArrowRight', { row: 0, column: 2 }, grid)).toEqual({ row: 0, column: 2 });
    expect(moveCell('ArrowDown', { row: 0, column: 1 }, grid)).toEqual({ row: 1, column: 1 });
    expect(moveCell('End', { row: 1, column: 0 }, grid)).toEqual({ row: 1, column: 2 });
    expect(moveCell('PageUp', { row: 1, column: 0 }, grid)).toEqual({ row: 0, column: 0 });
    expect(moveCell('a', { row: 0, column: 0 }, grid)).toBeNull();
    expect(moveCell('ArrowUp', { row: 0, column: 0 }, { columns: 0, rows: 0 })).toBeNull();
  });

  it('tells a cell apart from one that was never judged', () => {
    expect(cellFacts(map, { row: 0, column: 2 })).toEqual({
      signal: 'distance',
      verdict: 'significant',
      psi: 0.41,
      n: 4_000,
      window: { from: 3_000, to: 7_203_000 },
      columnStart: Date.parse('2026-03-10T02:00:00Z'),
    });
    expect(cellFacts(map, { row: 0, column: 1 })).toMatchObject({ verdict: null, window: null });
    expect(cellFacts(map, { row: 9, column: 0 })).toBeNull();
  });

  it('reads a cell out as a sentence', () => {
    const read = (row: number, column: number) => {
      const facts = cellFacts(map, { row, column });
      return facts ? cellSentence(facts, 'at two') : null;
    };
    expect(read(0, 2)).toBe('distance, at two: ◆ significant, PSI 0.41 on 4,000 events.');
    expect(read(1, 2)).toBe('origin, at two: ○ insufficient data on 42 events.');
    expect(read(0, 1)).toBe('distance, at two: not evaluated.');
  });

  it('keeps its order when rows are searched', () => {
    expect(filterRows(map, ' ORI ').rows.map(({ signal }) => signal)).toEqual(['origin']);
    expect(filterRows(map, '')).toBe(map);
  });

  it('is summed up for those who do not see it', () => {
    expect(heatMapSummary(map)).toBe(
      '2 signals over 3 spans of time. At the end: 1 significant, 1 insufficient data.',
    );
  });

  it('has a table of what was judged', () => {
    expect(heatMapTable(map).rows).toEqual([
      ['distance', '2026-03-10T00:00:00Z', 'stable', 0.01, 4_213],
      ['distance', '2026-03-10T02:00:00Z', 'significant', 0.41, 4_000],
      ['origin', '2026-03-10T02:00:00Z', 'insufficient data', null, 42],
    ]);
  });
});
