'use client';

import type { Matcher } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { count, shorten } from '../../lib/format';
import { isActive } from '../alerts/prepare';
import { alertListQuery } from '../alerts/queries';
import { alertLabels, takes } from './matchers';
import css from './silences.module.css';

/** How many of the alerts of this moment the matchers take, so that a slip shows before it is saved. */
export function Affected(props: { matchers: readonly Matcher[] }) {
  const alerts = useQuery(alertListQuery(null));
  const active = alerts.data?.alerts.filter(isActive);
  if (!active) return <span className={css.dim} />;
  const answers = active.map((alert) => ({ alert, taken: takes(props.matchers, alertLabels(alert)) }));
  if (answers.some(({ taken }) => taken === null))
    return (
      <span role="status" className={css.dim}>
        An expression can’t be read yet.
      </span>
    );
  const taken = answers
    .filter((answer) => answer.taken)
    .map(({ alert }) => alert.signal ?? alert.rule_signal);
  return (
    <span role="status" className={css.dim} title={taken.slice(0, 20).join(', ')}>
      {taken.length === 0
        ? `Takes none of the ${count(active.length)} active alerts.`
        : `Takes ${count(taken.length)} of ${count(active.length)} active alerts: ${shorten(taken.slice(0, 3).join(', '), 120)}${taken.length > 3 ? ', …' : ''}`}
    </span>
  );
}
