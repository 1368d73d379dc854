'use client';

import { useMemo, useRef, useState } from 'react';
import { number, percent } from '../lib/format';
import { useWidth } from '../lib/use-size';
import css from './histogram.module.css';
import type { HistogramDrawing } from './prepare/histogram';
import { layoutHistogram } from './prepare/histogram-layout';

/**
 * Two step outlines on shared bins, the baseline filled faintly; bins that are no place on the axis (missing,
 * below, above, unseen) stand apart. Pointing at a bin, or walking with the arrow keys, tells both shares.
 */
export function Histogram(props: {
  drawing: HistogramDrawing;
  height: number;
  label: string;
  names?: { baseline: string; current: string };
  /** A click on a bin; side bins have no bounds. */
  onPick?: (bin: { from: number | null; to: number | null; label: string; side: string | null }) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [at, setAt] = useState<number | null>(null);
  const { drawing, height } = props;
  const names = props.names ?? { baseline: 'baseline', current: 'this window' };
  const layout = useMemo(
    () => (width === null ? null : layoutHistogram(drawing, width, height)),
    [drawing, width, height],
  );
  const slot = at === null ? null : (layout?.slots[at] ?? null);

  return (
    <div ref={place} className={css.place} style={{ minHeight: height + 22 }}>
      {layout && width !== null ? (
        <div
          role="application"
          aria-label={props.label}
          aria-roledescription="histogram; arrow keys walk its bins"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
          tabIndex={0}
          className={css.drawing}
          onKeyDown={(event) => {
            const last = layout.slots.length - 1;
            const to = { ArrowLeft: (at ?? 1) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: last }[
              event.key
            ];
            if (to !== undefined) {
              event.preventDefault();
              setAt(Math.max(0, Math.min(last, to)));
            } else if (event.key === 'Escape') setAt(null);
            else if (event.key === 'Enter' && slot) props.onPick?.(slot.bin);
          }}
          onBlur={() => setAt(null)}
          onPointerMove={(event) => {
            const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
            const found = layout.slots.findIndex((s) => x >= s.x0 && x < s.x1);
            setAt(found < 0 ? null : found);
          }}
          onPointerLeave={() => setAt(null)}
          onClick={() => {
            if (slot) props.onPick?.(slot.bin);
          }}
          data-pickable={props.onPick ? '' : undefined}
        >
          <svg width={width} height={height} aria-hidden="true">
            {layout.ticks.map((tick) => (
              <g key={tick.share}>
                <line x1={layout.left} x2={width} y1={tick.y} y2={tick.y} stroke="var(--ink-grid)" />
                <text x={layout.left - 6} y={tick.y + 3.5} textAnchor="end" className={css.axis}>
                  {percent(tick.share)}
                </text>
              </g>
            ))}
            {slot ? (
              <rect
                x={slot.x0}
                width={slot.x1 - slot.x0}
                y={layout.top}
                height={layout.bottom - layout.top}
                fill="var(--hover)"
              />
            ) : null}
            <path d={layout.baseline.fill} fill="var(--ink-baseline-fill)" />
            <path
              d={layout.baseline.outline}
              fill="none"
              stroke="var(--ink-baseline)"
              strokeWidth="1"
              strokeDasharray="3 2"
            />
            <path d={layout.current.outline} fill="none" stroke="var(--ink-line)" strokeWidth="1.6" />
            <line x1={layout.left} x2={width} y1={layout.bottom} y2={layout.bottom} stroke="var(--border)" />
            {layout.labels.map((label) => (
              <text
                key={`${label.x} ${label.text}`}
                x={label.x}
                y={height - 4}
                textAnchor={label.anchor}
                className={css.axis}
              >
                {label.text}
              </text>
            ))}
          </svg>
          <p className={css.status} role="status">
            {slot ? (
              <>
                <b>{slot.name}</b> · {names.baseline} {percent(slot.baseline)} · {names.current}{' '}
                {percent(slot.current)} · {difference(slot.current - slot.baseline)}
              </>
            ) : (
              <span className={css.dim}>Point at a bin, or walk with the arrow keys.</span>
            )}
          </p>
        </div>
      ) : null}
    </div>
  );
}

/** Difference of two shares in percentage points, with its sign. */
function difference(value: number): string {
  const points = value * 100;
  return `${points > 0 ? '+' : ''}${number(Math.abs(points) < 0.005 ? 0 : points)} points`;
}

/** Keys for the two outlines. */
export function HistogramLegend(props: { baseline: string; current: string }) {
  return (
    <>
      <span className={css.key}>
        <svg width="16" height="10" aria-hidden="true">
          <rect x="0" y="1.5" width="16" height="8" fill="var(--ink-baseline-fill)" />
          <path d="M0 1.5h16" stroke="var(--ink-baseline)" strokeDasharray="3 2" />
        </svg>
        {props.baseline}
      </span>
      <span className={css.key}>
        <svg width="16" height="10" aria-hidden="true">
          <path d="M0 5h16" stroke="var(--ink-line)" strokeWidth="1.6" />
        </svg>
        {props.current}
      </span>
    </>
  );
}
