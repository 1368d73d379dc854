'use client';

import { area, line } from 'd3-shape';
import { useMemo, useRef, useState } from 'react';
import { count, number } from '../lib/format';
import { absolute, axisTime } from '../lib/time';
import { useWidth } from '../lib/use-size';
import css from './fan.module.css';
import type { FanDrawing, FanPoint } from './prepare/distribution';
import { fraction, timeTicks } from './prepare/scale';

const RIGHT = 88;

/**
 * A numeric distribution over time: the middle half and nine tenths of the values as bands, the median as a line,
 * the baseline's quantiles as dashes at the same heights.
 */
export function QuantileFan(props: {
  fan: FanDrawing;
  bounds: { from: number; to: number };
  bucketMs: number;
  zone: string;
  height: number;
  label: string;
  selected?: number | null;
  onPick?: (t: number) => void;
}) {
  const { fan, bounds, zone, height } = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [at, setAt] = useState<FanPoint | null>(null);
  const points = useMemo(() => fan.stretches.flat(), [fan]);
  const left = 10 + Math.max(...fan.scale.ticks.map((tick) => number(tick).length)) * 6.4;
  const bottom = height - 20;
  const span = bounds.to - bounds.from;
  const right = Math.max(left + 10, (width ?? 0) - RIGHT);
  const x = (t: number) => left + ((t + props.bucketMs / 2 - bounds.from) / span) * (right - left);
  const y = (value: number) => bottom - fraction(value, fan.scale.domain) * (bottom - 8);

  const ribbon = (i: 0 | 1, j: 4 | 3) =>
    area<FanPoint>()
      .x((point) => x(point.t))
      .y0((point) => y(point.q[i]))
      .y1((point) => y(point.q[j]));
  const median = line<FanPoint>()
    .x((point) => x(point.t))
    .y((point) => y(point.q[2]));
  const near = (clientX: number, box: DOMRect) => {
    const t = bounds.from + ((clientX - box.left - left) / (right - left)) * span - props.bucketMs / 2;
    return points.reduce<FanPoint | null>(
      (best, point) => (best === null || Math.abs(point.t - t) < Math.abs(best.t - t) ? point : best),
      null,
    );
  };
  const step = (by: number) => {
    const index = at ? points.indexOf(at) + by : by > 0 ? 0 : points.length - 1;
    setAt(points[Math.max(0, Math.min(points.length - 1, index))] ?? null);
  };

  return (
    <div ref={place} className={css.place} style={{ minHeight: height + 20 }}>
      {width === null ? null : (
        <div
          role="application"
          aria-label={props.label}
          aria-roledescription="chart; arrow keys walk through time"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
          tabIndex={0}
          data-pickable={props.onPick ? '' : undefined}
          className={css.drawing}
          onKeyDown={(event) => {
            if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
              event.preventDefault();
              step(event.key === 'ArrowRight' ? 1 : -1);
            } else if (event.key === 'Enter' && at) props.onPick?.(at.t);
            else if (event.key === 'Escape') setAt(null);
          }}
          onPointerMove={(event) => setAt(near(event.clientX, event.currentTarget.getBoundingClientRect()))}
          onPointerLeave={() => setAt(null)}
          onClick={() => at && props.onPick?.(at.t)}
        >
          <svg width={width} height={height} aria-hidden="true">
            {fan.scale.ticks.map((tick) => (
              <g key={tick}>
                <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} stroke="var(--ink-grid)" />
                <text x={left - 6} y={y(tick) + 3.5} textAnchor="end" className={css.axis}>
                  {number(tick)}
                </text>
              </g>
            ))}
            {fan.stretches.map((run) => (
              <g key={run[0]?.t}>
                {run.length === 1 && run[0] ? <Lone point={run[0]} x={x} y={y} /> : null}
                <path d={ribbon(0, 4)(run) ?? ''} fill="var(--ink-envelope)" />
                <path d={ribbon(1, 3)(run) ?? ''} fill="var(--ink-envelope)" />
                <path d={median(run) ?? ''} fill="none" stroke="var(--ink-line)" strokeWidth="1.6" />
              </g>
            ))}
            {fan.baseline?.map((value, index) => (
              <g key={QUANTILES[index]}>
                <line
                  x1={left}
                  x2={right}
                  y1={y(value)}
                  y2={y(value)}
                  stroke="var(--ink-baseline)"
                  strokeDasharray={index === 2 ? '6 3' : '2 4'}
                />
                {index % 2 === 0 ? (
                  <text x={right + 6} y={y(value) + 3.5} className={css.axis}>
                    {QUANTILES[index]} base
                  </text>
                ) : null}
              </g>
            ))}
            {timeTicks(bounds.from, bounds.to, Math.max(2, Math.floor((right - left) / 100)), zone).map(
              (t) => (
                <text
                  key={t}
                  x={x(t - props.bucketMs / 2)}
                  y={height - 4}
                  textAnchor="middle"
                  className={css.axis}
                >
                  {axisTime(t, zone, span)}
                </text>
              ),
            )}
            {at ? <line x1={x(at.t)} x2={x(at.t)} y1={8} y2={bottom} stroke="var(--ink-marker)" /> : null}
            {props.selected ? (
              <rect
                x={x(props.selected - props.bucketMs / 2)}
                width={Math.max(2, (props.bucketMs / span) * (right - left))}
                y={8}
                height={bottom - 8}
                fill="none"
                stroke="var(--accent)"
              />
            ) : null}
          </svg>
          <p className={css.status} role="status">
            {at
              ? `${absolute(at.t, zone)} · ${at.q.map((value, index) => `${QUANTILES[index]} ${number(value)}`).join(' · ')} · ${count(at.n)} events`
              : 'Bands hold half and nine tenths of the values; the line is the median; dashes are the baseline.'}
          </p>
        </div>
      )}
    </div>
  );
}

const QUANTILES = ['5 %', '25 %', 'median', '75 %', '95 %'];

/** A bucket between two gaps, as a whisker. */
function Lone(props: { point: FanPoint; x: (t: number) => number; y: (value: number) => number }) {
  const at = props.x(props.point.t);
  const [low, , mid, , high] = props.point.q;
  return (
    <>
      <line x1={at} x2={at} y1={props.y(low)} y2={props.y(high)} stroke="var(--ink-line)" />
      <circle cx={at} cy={props.y(mid)} r="2" fill="var(--ink-line)" />
    </>
  );
}
