'use client';

import type { BacktestResult, Series } from '@leeway/contract';
import { useMemo, useRef } from 'react';
import { timeTicks } from '../../charts/prepare/scale';
import { number } from '../../lib/format';
import { axisTime } from '../../lib/time';
import { useWidth } from '../../lib/use-size';
import { useZone } from '../zone';
import { drawBacktest } from './backtest-drawing';
import css from './rules.module.css';

const VALUE_HEIGHT = 120;
const LANE = 22;

/** The watched value with its threshold, and below it when the rule would have been pending (outline) and firing. */
export function BacktestChart(props: {
  result: BacktestResult;
  series: Series | null;
  threshold: number | null;
}) {
  const { result, series, threshold } = props;
  const { zone } = useZone();
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const drawing = useMemo(
    () => (width === null ? null : drawBacktest(result, series, threshold, width, VALUE_HEIGHT)),
    [result, series, threshold, width],
  );
  const top = series ? VALUE_HEIGHT : 0;
  const height = top + (drawing?.lanes.length ?? 0) * (LANE + 14) + 28;
  const from = Date.parse(result.from);
  const to = Date.parse(result.to);
  return (
    <div ref={place} className={css.place} style={{ minHeight: top + 60 }}>
      {drawing && width !== null ? (
        <svg className={css.lanes} height={height} role="img" aria-label={`Backtest of ${result.rule}`}>
          {drawing.value ? (
            <>
              {drawing.value.ticks.map((tick) => (
                <g key={tick}>
                  <line
                    x1={drawing.left}
                    x2={drawing.right}
                    y1={drawing.value?.y(tick)}
                    y2={drawing.value?.y(tick)}
                    stroke="var(--ink-grid)"
                  />
                  <text
                    x={drawing.left - 6}
                    y={(drawing.value?.y(tick) ?? 0) + 4}
                    textAnchor="end"
                    className={css.axis}
                  >
                    {number(tick)}
                  </text>
                </g>
              ))}
              {threshold === null ? null : (
                <line
                  x1={drawing.left}
                  x2={drawing.right}
                  y1={drawing.value.y(threshold)}
                  y2={drawing.value.y(threshold)}
                  stroke="var(--verdict-significant)"
                  strokeDasharray="4 3"
                />
              )}
              <path
                d={drawing.value.path}
                fill="none"
                stroke="var(--ink-line)"
                strokeWidth="1.6"
                strokeLinecap="round"
              />
            </>
          ) : null}
          {drawing.lanes.map((lane, index) => {
            const y = top + 10 + index * (LANE + 14);
            return (
              <g key={lane.name}>
                <text x={drawing.left} y={y + 6} className={css.lane}>
                  {lane.name.length > 60 ? `${lane.name.slice(0, 59)}…` : lane.name}
                </text>
                <line x1={drawing.left} x2={drawing.right} y1={y + 18} y2={y + 18} stroke="var(--border)" />
                {lane.stretches.map((stretch) => (
                  <rect
                    key={`${stretch.x0} ${stretch.fired}`}
                    x={stretch.x0}
                    width={stretch.x1 - stretch.x0}
                    y={y + 12}
                    height={12}
                    fill={stretch.fired ? 'var(--verdict-significant)' : 'var(--bg)'}
                    stroke={stretch.fired ? 'none' : 'var(--ink-marker)'}
                  >
                    <title>{stretch.title}</title>
                  </rect>
                ))}
              </g>
            );
          })}
          {timeTicks(from, to, Math.max(2, Math.floor((drawing.right - drawing.left) / 110)), zone).map(
            (t) => (
              <text key={t} x={drawing.x(t)} y={height - 6} textAnchor="middle" className={css.axis}>
                {axisTime(t, zone, to - from)}
              </text>
            ),
          )}
        </svg>
      ) : null}
      {drawing && drawing.more > 0 ? (
        <p className={css.dim}>and {drawing.more} more; the table lists them.</p>
      ) : null}
    </div>
  );
}
