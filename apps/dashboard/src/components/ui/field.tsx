'use client';

import { type ComponentProps, type ReactNode, useId } from 'react';
import css from './field.module.css';

/** A label, a control and what is wrong with it. The control gets the ids that tie them together. */
export function Field(props: {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: (ids: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean;
  }) => ReactNode;
}) {
  const id = useId();
  const described = props.error ? `${id}-error` : props.hint ? `${id}-hint` : undefined;
  return (
    <div className={css.field}>
      <label htmlFor={id} className={css.label}>
        {props.label}
      </label>
      {props.children({ id, 'aria-describedby': described, 'aria-invalid': props.error !== undefined })}
      {props.error ? (
        <p id={`${id}-error`} className={css.error} role="alert">
          {props.error}
        </p>
      ) : props.hint ? (
        <p id={`${id}-hint`} className={css.hint}>
          {props.hint}
        </p>
      ) : null}
    </div>
  );
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={className ? `${css.input} ${className}` : css.input} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={className ? `${css.input} ${className}` : css.input} />;
}

/** The platform's own select: it is the best one on a phone and needs no code. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={className ? `${css.input} ${className}` : css.input} />;
}
