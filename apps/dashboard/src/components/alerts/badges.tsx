import type { AlertState, Severity, VerdictKind } from '@leeway/contract';
import { VERDICT_LOOKS } from '../../lib/verdicts';
import { VerdictMark } from '../ui/verdict';
import css from './alerts.module.css';

/** Severities borrow the shapes of the verdicts, so that one legend is enough for the whole dashboard. */
const SHAPES: Record<Severity, VerdictKind> = {
  critical: 'significant',
  warning: 'moderate',
  info: 'stable',
};

/** Severity as shape and word; muted once the alert is over. */
export function SeverityBadge(props: { severity: Severity; state?: AlertState | 'firing' | 'resolved' }) {
  const over = props.state === 'resolved' || props.state === 'inactive';
  const verdict = over ? 'stable' : props.state === 'pending' ? 'insufficient_data' : SHAPES[props.severity];
  return (
    <span className={css.badge} style={{ color: `var(${VERDICT_LOOKS[verdict].color}-text)` }}>
      <VerdictMark verdict={verdict} />
      <span>
        {props.severity}
        {props.state ? <span className={css.state}> {props.state}</span> : null}
      </span>
    </span>
  );
}

/** A short remark in a hairline frame: silenced, acknowledged, flapping. */
export function Note(props: { children: string; title?: string }) {
  return (
    <span className={css.note} title={props.title}>
      {props.children}
    </span>
  );
}
