import { useMemo } from 'react';
import { prepareSparkline } from './prepare/sparkline';

/** A word-sized line. `label` says in words what it shows; give an empty one when the words stand beside it. */
export function Sparkline(props: {
  values: readonly (number | null)[];
  width?: number;
  height?: number;
  /** The axis reaches at least this high. */
  top?: number;
  /** CSS colour of the mark on the newest value; none without it. */
  end?: string;
  label: string;
}) {
  const width = props.width ?? 96;
  const height = props.height ?? 22;
  const drawing = useMemo(
    () => prepareSparkline(props.values, width, height, props.top),
    [props.values, width, height, props.top],
  );
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role={props.label ? 'img' : undefined}
      aria-label={props.label || undefined}
      aria-hidden={props.label ? undefined : true}
    >
      {drawing.paths.map((path) => (
        <path key={path} d={path} fill="none" stroke="var(--ink-baseline)" strokeWidth="1.2" />
      ))}
      {drawing.dots.map((dot) => (
        <circle key={dot.x} cx={dot.x} cy={dot.y} r="1" fill="var(--ink-baseline)" />
      ))}
      {props.end && drawing.last ? (
        <circle cx={drawing.last.x} cy={drawing.last.y} r="2" fill={props.end} />
      ) : null}
    </svg>
  );
}
