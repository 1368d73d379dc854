import type { BaselineSignal } from '@leeway/contract';
import { fraction } from '../../charts/prepare/scale';
import css from './events.module.css';
import { FIT_WORDS, fitOf, type Value } from './prepare';

const WIDTH = 104;

/**
 * Where a value lies in the baseline: a line from minimum to maximum, thick over the middle nine tenths, and the
 * value on it; beyond the ends it becomes a word.
 */
export function FitMark(props: { value: Value; signal: BaselineSignal }) {
  const { value, signal } = props;
  const { fit, at } = fitOf(value, signal);
  if (fit === 'below' || fit === 'above' || fit === 'unseen')
    return (
      <span className={css.out} title={FIT_WORDS[fit]}>
        ◆ {fit === 'unseen' ? 'unseen' : fit}
      </span>
    );
  if (at === null || signal.min === null || signal.max === null)
    return <span className={css.dim}>{fit === 'inside' ? '' : fit === 'other' ? 'rare' : ''}</span>;
  const range = [signal.min, signal.max] as const;
  const x = (v: number) => 3 + fraction(v, range) * (WIDTH - 6);
  const low = signal.quantiles?.[1] ?? signal.min;
  const high = signal.quantiles?.[5] ?? signal.max;
  return (
    <svg
      width="100%"
      viewBox={`0 0 ${WIDTH} 12`}
      height="12"
      preserveAspectRatio="none"
      role="img"
      aria-label={FIT_WORDS[fit]}
    >
      <title>{FIT_WORDS[fit]}</title>
      <line x1="3" x2={WIDTH - 3} y1="6" y2="6" stroke="var(--ink-baseline)" strokeWidth="1" />
      <line
        x1={x(low)}
        x2={x(high)}
        y1="6"
        y2="6"
        stroke="var(--ink-baseline)"
        strokeWidth="4"
        opacity="0.45"
      />
      <line
        x1={3 + at * (WIDTH - 6)}
        x2={3 + at * (WIDTH - 6)}
        y1="1"
        y2="11"
        stroke="var(--text)"
        strokeWidth="2"
      />
    </svg>
  );
}
