import { strokeOf } from './strokes';
import css from './time-series.module.css';

/** Which line is which. */
export function LineKeys(props: { names: readonly string[] }) {
  return (
    <span className={css.keys}>
      {props.names.map((name, at) => {
        const stroke = strokeOf(at);
        return (
          <span key={name} className={css.key}>
            <svg width="18" height="6" aria-hidden="true">
              <path d="M0 3h18" stroke={stroke.color} strokeWidth="1.6" strokeDasharray={stroke.dash} />
            </svg>
            {name}
          </span>
        );
      })}
    </span>
  );
}
