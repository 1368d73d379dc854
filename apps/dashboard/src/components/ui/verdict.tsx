import type { VerdictKind } from '@leeway/contract';
import { VERDICT_LOOKS, type VerdictLook } from '../../lib/verdicts';
import css from './verdict.module.css';

/** The shape of a verdict in its colour. Decoration: say the word beside it. */
export function VerdictMark(props: { verdict: VerdictKind; size?: number }) {
  const look = VERDICT_LOOKS[props.verdict];
  const size = props.size ?? 10;
  return (
    <svg className={css.mark} width={size} height={size} viewBox="0 0 10 10" aria-hidden="true">
      <Shape shape={look.shape} color={`var(${look.color})`} />
    </svg>
  );
}

/** Shape and word, e.g. `◆ significant`. */
export function VerdictBadge(props: { verdict: VerdictKind; title?: string }) {
  const look = VERDICT_LOOKS[props.verdict];
  return (
    <span
      className={css.badge}
      data-verdict={props.verdict}
      style={{ color: `var(${look.color}-text)` }}
      title={props.title}
    >
      <VerdictMark verdict={props.verdict} />
      {look.word}
    </span>
  );
}

function Shape(props: { shape: VerdictLook['shape']; color: string }) {
  const { color } = props;
  switch (props.shape) {
    case 'circle':
      return <circle cx="5" cy="5" r="3.5" fill={color} />;
    case 'triangle':
      return <path d="M5 .8 9.6 9H.4Z" fill={color} />;
    case 'diamond':
      return <path d="M5 0 10 5 5 10 0 5Z" fill={color} />;
    case 'corner':
      return <path d="M.8.8 9.2 9.2H.8Z" fill={color} />;
    case 'ring':
      return <circle cx="5" cy="5" r="3.5" fill="none" stroke={color} strokeWidth="1.4" />;
    case 'dash':
      return <path d="M1.5 5h7" stroke={color} strokeWidth="1.6" />;
  }
}
