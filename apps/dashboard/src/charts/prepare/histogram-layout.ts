import { number, percent, shorten } from '../../lib/format';
import type { Bar, HistogramDrawing } from './histogram';
import { valueScale } from './scale';

/** A place that can be pointed at. */
export type Slot = {
  x0: number;
  x1: number;
  name: string;
  baseline: number;
  current: number;
  bin: { from: number | null; to: number | null; label: string; side: string | null };
};
export type HistogramLayout = {
  left: number;
  top: number;
  bottom: number;
  slots: Slot[];
  ticks: { share: number; y: number }[];
  labels: { x: number; text: string; anchor: 'start' | 'middle' | 'end' }[];
  baseline: { outline: string; fill: string };
  current: { outline: string };
};

const SIDE_WIDTH = 44;
const SIDE_GAP = 8;
/** Roughly what a character of 11 px takes. */
const CHARACTER = 6.2;

/** Pixels for a drawing of this size: paths, places to point at, labels that don't touch each other. */
export function layoutHistogram(drawing: HistogramDrawing, width: number, height: number): HistogramLayout {
  const scale = valueScale([drawing.top], 3);
  const left = 8 + Math.max(...scale.ticks.map((tick) => percent(tick).length)) * CHARACTER;
  const top = 6;
  const bottom = height - 20;
  const y = (share: number) => bottom - (share / scale.domain[1]) * (bottom - top);

  const before = drawing.sides.filter(({ side }) => side === 'missing' || side === 'below');
  const after = drawing.sides.filter(({ side }) => side !== 'missing' && side !== 'below');
  const side = Math.min(SIDE_WIDTH, (width - left) / (drawing.sides.length + 6));
  const start = left + before.length * (side + SIDE_GAP);
  const end = width - after.length * (side + SIDE_GAP);

  const slots: Slot[] = [];
  const pieces: Slot[][] = [];
  const addSide = (item: HistogramDrawing['sides'][number], x: number) => {
    const slot: Slot = {
      x0: x,
      x1: x + side,
      name: item.label,
      baseline: item.baseline,
      current: item.current,
      bin: { from: null, to: null, label: item.label, side: item.side },
    };
    slots.push(slot);
    pieces.push([slot]);
  };
  before.forEach((item, index) => {
    addSide(item, left + index * (side + SIDE_GAP));
  });
  const regular = drawing.bars.map<Slot>((bar) => ({
    x0: start + bar.x0 * (end - start),
    x1: start + bar.x1 * (end - start),
    name: barName(bar),
    baseline: bar.baseline,
    current: bar.current,
    bin: { from: bar.from, to: bar.to, label: bar.label, side: null },
  }));
  slots.push(...regular);
  pieces.push(regular);
  after.forEach((item, index) => {
    addSide(item, end + SIDE_GAP + index * (side + SIDE_GAP));
  });

  return {
    left,
    top,
    bottom,
    slots,
    ticks: scale.ticks.map((share) => ({ share, y: y(share) })),
    labels: [
      ...before.map((item, index) => ({
        x: left + index * (side + SIDE_GAP) + side / 2,
        text: fit(item.side, side + SIDE_GAP),
        anchor: 'middle' as const,
      })),
      ...axisLabels(drawing, start, end),
      ...after.map((item, index) => ({
        x: end + SIDE_GAP + index * (side + SIDE_GAP) + side / 2,
        text: fit(item.side, side + SIDE_GAP),
        anchor: 'middle' as const,
      })),
    ],
    baseline: {
      outline: pieces.map((piece) => steps(piece, 'baseline', y, bottom)).join(''),
      fill: pieces.map((piece) => `${steps(piece, 'baseline', y, bottom)}Z`).join(''),
    },
    current: { outline: pieces.map((piece) => steps(piece, 'current', y, bottom)).join('') },
  };
}

/** A step outline that starts and ends on the ground. */
function steps(
  slots: readonly Slot[],
  which: 'baseline' | 'current',
  y: (share: number) => number,
  ground: number,
): string {
  const first = slots[0];
  const last = slots.at(-1);
  if (!first || !last) return '';
  const tops = slots.map((slot) => `L${r(slot.x0)},${r(y(slot[which]))}L${r(slot.x1)},${r(y(slot[which]))}`);
  return `M${r(first.x0)},${r(ground)}${tops.join('')}L${r(last.x1)},${r(ground)}`;
}

function axisLabels(drawing: HistogramDrawing, start: number, end: number): HistogramLayout['labels'] {
  if (drawing.domain) {
    const [low, high] = drawing.domain;
    const fitted = valueScale([low, high], Math.max(2, Math.floor((end - start) / 70)), 'values');
    return fitted.ticks
      .filter((tick) => tick >= low && tick <= high)
      .map((tick) => ({
        x: start + ((tick - low) / (high - low)) * (end - start),
        text: number(tick),
        anchor: 'middle' as const,
      }));
  }
  const room = (end - start) / Math.max(1, drawing.bars.length);
  const every = Math.max(1, Math.ceil(28 / room));
  return drawing.bars.flatMap((bar, index) =>
    index % every === 0
      ? [
          {
            x: start + ((bar.x0 + bar.x1) / 2) * (end - start),
            text: fit(shortName(bar), room * every - 4),
            anchor: 'middle' as const,
          },
        ]
      : [],
  );
}

function barName(bar: Bar): string {
  if (bar.from !== null && bar.to !== null && bar.label === '')
    return `${number(bar.from)} – ${number(bar.to)}`;
  return bar.label;
}

/** On the axis a numeric bin is known by where it begins. */
function shortName(bar: Bar): string {
  return bar.from === null ? bar.label : number(bar.from);
}

function fit(text: string, room: number): string {
  const most = Math.floor(room / CHARACTER);
  if (text.length <= most) return text;
  return most < 2 ? '' : shorten(text, most);
}

function r(value: number): number {
  return Math.round(value * 10) / 10;
}
