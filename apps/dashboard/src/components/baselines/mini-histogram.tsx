import type { BaselineSignal } from '@leeway/contract';
import { number, percent } from '../../lib/format';
import css from './baselines.module.css';
import { drawSignal, type SignalDrawing } from './prepare';

const WIDTH = 240;
const HEIGHT = 56;

/** A signal's baseline in small; with `other`, another baseline's outline over it on the same axis. */
export function MiniHistogram(props: {
  signal: BaselineSignal;
  other?: BaselineSignal | null;
  axis?: [number, number];
}) {
  const own = drawSignal(props.signal, number, props.axis);
  const other = props.other ? drawSignal(props.other, number, props.axis) : null;
  const top = Math.max(1e-12, ...[...own.bars, ...(other?.bars ?? [])].map(({ share }) => share));
  const high = (share: number) => (share / top) * (HEIGHT - 2);
  const { mean, std } = props.signal;
  const facts =
    mean === null ? categoriesText(props.signal, own) : `mean ${number(mean)}, spread ${number(std)}`;
  return (
    <>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width="100%"
        height={HEIGHT}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Distribution of ${props.signal.signal}: ${facts}`}
      >
        {own.bars.map((bar) => (
          <rect
            key={bar.x0}
            x={bar.x0 * WIDTH}
            width={Math.max(0.5, (bar.x1 - bar.x0) * WIDTH - 0.4)}
            y={HEIGHT - high(bar.share)}
            height={high(bar.share)}
            fill="var(--ink-baseline)"
            fillOpacity={other ? 0.35 : 0.6}
          >
            {bar.label ? <title>{`${bar.label}: ${percent(bar.share)}`}</title> : null}
          </rect>
        ))}
        {other ? (
          <path
            d={outline(other, high)}
            fill="none"
            stroke="var(--ink-line)"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
        ) : null}
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--border)" />
      </svg>
      <span className={css.ends}>
        <span>{own.from}</span>
        <span>{own.to}</span>
      </span>
      <span className={css.note}>
        {facts}
        {own.missing > 0 ? ` · ${percent(own.missing)} missing` : ''}
      </span>
    </>
  );
}

function outline(drawing: SignalDrawing, high: (share: number) => number): string {
  return drawing.bars
    .map((bar, i) => {
      const y = (HEIGHT - high(bar.share)).toFixed(1);
      return `${i === 0 ? 'M' : 'L'}${(bar.x0 * WIDTH).toFixed(1)} ${y}L${(bar.x1 * WIDTH).toFixed(1)} ${y}`;
    })
    .join('');
}

function categoriesText(signal: BaselineSignal, drawing: SignalDrawing): string {
  const all = signal.categories.length + (signal.tail?.length ?? 0);
  if (all <= drawing.bars.length) return `${all} categories`;
  const shown = drawing.bars.reduce((sum, { share }) => sum + share, 0);
  return `${all} categories, these ${drawing.bars.length} have ${percent(shown)}`;
}
