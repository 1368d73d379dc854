import type { HeatMap, VerdictKind } from '@leeway/contract';
import { cellVerdict, VERDICT_LOOKS } from '../lib/verdicts';
import { type Cell, columnX, type Grid } from './prepare/heat-map';

export type Palette = Record<VerdictKind, string> & {
  stableWash: string;
  focus: string;
  accent: string;
  bg: string;
};

/** The verdict colours as they are on this page now (light or dark). */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const kinds = Object.fromEntries(
    Object.entries(VERDICT_LOOKS).map(([kind, look]) => [kind, read(look.color)]),
  ) as Record<VerdictKind, string>;
  return {
    ...kinds,
    stableWash: read('--verdict-stable-wash'),
    focus: read('--text'),
    accent: read('--accent'),
    bg: read('--bg'),
  };
}

/**
 * Paints the rows in view. Severity shows in the shape as well as the colour: stable is a faint ground, moderate
 * fills the lower half of its cell, significant all of it, drifting a corner; insufficient data is an outline.
 */
export function paintHeatMap(
  canvas: HTMLCanvasElement,
  map: HeatMap,
  grid: Grid,
  view: { scroll: number; height: number; cursor: Cell | null; chosen: Cell | null },
  palette: Palette,
): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(grid.width * ratio);
  canvas.height = Math.round(view.height * ratio);
  canvas.style.width = `${grid.width}px`;
  canvas.style.height = `${view.height}px`;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  context.translate(0, -view.scroll);
  const gap = grid.width / grid.columns >= 6 ? 1 : 0;
  const first = Math.floor(view.scroll / grid.rowHeight);
  const last = Math.min(grid.rows, Math.ceil((view.scroll + view.height) / grid.rowHeight));
  for (let row = first; row < last; row++) {
    const verdicts = map.rows[row]?.verdicts ?? [];
    const y = row * grid.rowHeight + 1;
    const h = grid.rowHeight - 2;
    for (let column = 0; column < grid.columns; column++) {
      const verdict = cellVerdict(verdicts[column] ?? -1);
      if (verdict === null) continue;
      const x = columnX(grid, column);
      paintCell(context, verdict, x, y, columnX(grid, column + 1) - x - gap, h, palette);
    }
  }
  if (view.chosen) outline(context, grid, view.chosen, palette.accent, 2);
  if (view.cursor) outline(context, grid, view.cursor, palette.focus, 1);
}

function paintCell(
  context: CanvasRenderingContext2D,
  verdict: VerdictKind,
  x: number,
  y: number,
  w: number,
  h: number,
  palette: Palette,
): void {
  const color = palette[verdict];
  switch (verdict) {
    case 'stable':
      context.fillStyle = palette.stableWash;
      context.fillRect(x, y, w, h);
      return;
    case 'moderate':
      context.fillStyle = palette.stableWash;
      context.fillRect(x, y, w, h);
      context.fillStyle = color;
      context.fillRect(x, y + h * 0.45, w, h * 0.55);
      return;
    case 'significant':
      context.fillStyle = color;
      context.fillRect(x, y, w, h);
      return;
    case 'drifting':
      context.fillStyle = palette.stableWash;
      context.fillRect(x, y, w, h);
      context.fillStyle = color;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + w, y + h);
      context.lineTo(x, y + h);
      context.fill();
      return;
    case 'insufficient_data':
      context.strokeStyle = color;
      context.globalAlpha = 0.6;
      if (w >= 4) context.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
      else {
        context.fillStyle = color;
        context.fillRect(x, y, w, 1);
        context.fillRect(x, y + h - 1, w, 1);
      }
      context.globalAlpha = 1;
      return;
    case 'no_data':
      context.fillStyle = color;
      context.fillRect(x, y + h / 2, w, 1);
  }
}

/** A frame around a cell, or around the whole row for a column of −1. */
function outline(
  context: CanvasRenderingContext2D,
  grid: Grid,
  cell: Cell,
  color: string,
  line: number,
): void {
  const x0 = cell.column < 0 ? 0 : columnX(grid, cell.column);
  const x1 = cell.column < 0 ? grid.width : columnX(grid, cell.column + 1);
  context.strokeStyle = color;
  context.lineWidth = line;
  context.strokeRect(
    x0 + line / 2,
    cell.row * grid.rowHeight + line / 2,
    Math.max(2, x1 - x0 - line),
    grid.rowHeight - line,
  );
}
