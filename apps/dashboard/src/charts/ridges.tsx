'use client';

import { useRef } from 'react';
import { percent, shorten } from '../lib/format';
import { axisTime } from '../lib/time';
import { useWidth } from '../lib/use-size';
import css from './fan.module.css';
import type { RidgeDrawing } from './prepare/distribution';
import { timeTicks } from './prepare/scale';

const ROW = 34;
const RIGHT = 58;

/** A categorical distribution over time: one ridge a category at its own scale, its baseline share as a dashed line. */
export function Ridges(props: {
  drawing: RidgeDrawing;
  bounds: { from: number; to: number };
  bucketMs: number;
  zone: string;
  label: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const { drawing, bounds, zone } = props;
  const height = drawing.ridges.length * ROW + 24;
  const left = width === null ? 120 : Math.min(140, Math.round(width * 0.26));
  const right = Math.max(left + 10, (width ?? 0) - RIGHT);
  const span = bounds.to - bounds.from;
  const x = (t: number) => left + Math.max(0, Math.min(1, (t - bounds.from) / span)) * (right - left);
  const letters = Math.floor((left - 10) / 6.4);
  return (
    <div ref={place} className={css.place} style={{ minHeight: height }}>
      {width === null ? null : (
        <svg width={width} height={height} role="img" aria-label={props.label}>
          {drawing.ridges.map((ridge, index) => {
            const ground = (index + 1) * ROW;
            const y = (share: number) => ground - (share / ridge.top) * (ROW - 6);
            const newest = ridge.shares.findLast((share) => share !== null) ?? null;
            return (
              <g key={ridge.label}>
                <text x={left - 8} y={ground - 6} textAnchor="end" className={css.label}>
                  <title>{ridge.label}</title>
                  {shorten(ridge.label, letters)}
                </text>
                {ridge.shares.map((share, at) => {
                  const t = drawing.times[at] ?? 0;
                  return share === null ? null : (
                    <rect
                      key={t}
                      x={x(t)}
                      width={Math.max(0.5, x(t + props.bucketMs) - x(t))}
                      y={y(share)}
                      height={Math.max(0, ground - y(share))}
                      fill="var(--ink-baseline-fill)"
                    />
                  );
                })}
                <line x1={left} x2={right} y1={ground} y2={ground} stroke="var(--border)" />
                <line
                  x1={left}
                  x2={right}
                  y1={y(ridge.baseline)}
                  y2={y(ridge.baseline)}
                  stroke="var(--ink-line)"
                  strokeDasharray="3 3"
                />
                <text x={right + 6} y={ground - 6} className={css.axis}>
                  {percent(newest)}
                </text>
              </g>
            );
          })}
          {timeTicks(bounds.from, bounds.to, Math.max(2, Math.floor((right - left) / 100)), zone).map((t) => (
            <text key={t} x={x(t)} y={height - 6} textAnchor="middle" className={css.axis}>
              {axisTime(t, zone, span)}
            </text>
          ))}
        </svg>
      )}
    </div>
  );
}
