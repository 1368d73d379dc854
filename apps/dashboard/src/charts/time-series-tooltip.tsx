import { VerdictBadge } from '../components/ui/verdict';
import { count, withUnit } from '../lib/format';
import { absolute } from '../lib/time';
import type { Row, TimeSeriesDrawing } from './prepare/time-series';
import css from './tooltip.module.css';

/** Time, every line's value with its envelope, the sample size, and marks near by. */
export function TimeSeriesTooltip(props: { row: Row; drawing: TimeSeriesDrawing; zone: string }) {
  const { row, drawing, zone } = props;
  const n = Math.max(0, ...row.lines.map((line) => line?.n ?? 0));
  const verdict = row.lines.find((line) => line?.verdict)?.verdict ?? null;
  return (
    <div className={css.tooltip}>
      <p className={css.time}>{absolute(row.t, zone)}</p>
      {drawing.names.map((name, at) => {
        const line = row.lines[at];
        return (
          <p key={name} className={css.line}>
            <span>{name}</span>
            <b>{line?.value == null ? 'no data' : withUnit(line.value, drawing.unit)}</b>
            {line?.envelope ? (
              <span className={css.dim}>
                {withUnit(line.envelope[0], drawing.unit)} – {withUnit(line.envelope[1], drawing.unit)}
              </span>
            ) : null}
          </p>
        );
      })}
      <p className={css.dim}>{count(n)} events</p>
      {verdict ? <VerdictBadge verdict={verdict} /> : null}
    </div>
  );
}
