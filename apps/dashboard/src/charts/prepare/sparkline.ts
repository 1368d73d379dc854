/** What a sparkline draws inside `width` × `height`: path pieces (one a stretch without gaps) and lone points. */
export type SparklineDrawing = {
  paths: string[];
  dots: { x: number; y: number }[];
  last: { x: number; y: number } | null;
};

/**
 * Values to path text. The axis runs from zero (or the lowest, when negative) to the highest value or `top`,
 * whichever is more, so that a flat small series stays flat. Nulls and non-numbers are gaps.
 */
export function prepareSparkline(
  values: readonly (number | null)[],
  width: number,
  height: number,
  top = 0,
): SparklineDrawing {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const low = Math.min(0, ...finite);
  const high = Math.max(top, ...finite);
  const span = high - low || 1;
  const pad = 1.5;
  const x = (index: number) =>
    pad + (values.length < 2 ? 0 : (index / (values.length - 1)) * (width - 2 * pad));
  const y = (value: number) => height - pad - ((value - low) / span) * (height - 2 * pad);
  const drawing: SparklineDrawing = { paths: [], dots: [], last: null };
  let run: { x: number; y: number }[] = [];
  const end = () => {
    const [first] = run;
    if (run.length === 1 && first) drawing.dots.push(first);
    else if (run.length > 1)
      drawing.paths.push(`M${run.map((point) => `${round(point.x)},${round(point.y)}`).join('L')}`);
    run = [];
  };
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      end();
      return;
    }
    const point = { x: x(index), y: y(value) };
    run.push(point);
    drawing.last = point;
  });
  end();
  return drawing;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
