import type { StoredEvent } from '@leeway/contract';
import { count, percent } from '../../lib/format';
import css from './events.module.css';
import { fitCounts, rangeText, type signalOf } from './prepare';

/** The chosen feature's range in the baseline, and how many of the shown events keep to it. */
export function RangeLine(props: {
  feature: string;
  events: readonly StoredEvent[];
  signal: ReturnType<typeof signalOf>;
}) {
  const { feature, events, signal } = props;
  if (!signal)
    return (
      <p className={css.range}>
        <b>{feature}</b> is not part of the active baseline.
      </p>
    );
  const counts = fitCounts(events, feature, signal);
  const odd = (['above', 'below', 'unseen', 'missing', 'tail'] as const)
    .map((fit) => ({ fit, n: counts.get(fit) ?? 0 }))
    .filter(({ n }) => n > 0);
  return (
    <p className={css.range}>
      <span>
        <b>{feature}</b> in the baseline: {rangeText(signal)}
      </span>
      <span className={css.dim}>
        {odd.length === 0
          ? `all ${count(events.length)} shown events are like it`
          : `of ${count(events.length)} shown: ${odd.map(({ fit, n }) => `${count(n)} ${fit === 'tail' ? 'more outside of the middle 90 %' : fit} (${percent(n / events.length)})`).join(', ')}`}
      </span>
    </p>
  );
}
