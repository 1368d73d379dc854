import type { ReactNode } from 'react';
import css from './toggle.module.css';

/** A small switch for filters: pressed or not. */
export function Toggle(props: {
  pressed: boolean;
  onToggle: () => void;
  children: ReactNode;
  label?: string;
}) {
  return (
    <button
      type="button"
      className={css.toggle}
      aria-pressed={props.pressed}
      aria-label={props.label}
      onClick={props.onToggle}
    >
      {props.children}
    </button>
  );
}

/** One choice of a few, as a row of toggles. */
export function Segmented<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a border and a legend that nobody sees here
    <div role="group" aria-label={props.label} className={css.segments}>
      {props.options.map((option) => (
        <Toggle
          key={option.value}
          pressed={option.value === props.value}
          onToggle={() => props.onChange(option.value)}
        >
          {option.label}
        </Toggle>
      ))}
    </div>
  );
}
