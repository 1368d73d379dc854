'use client';

import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../../lib/api';
import { Button } from './button';
import { CopyCommand } from './copy-command';
import css from './states.module.css';

/** An empty place says why it is empty and carries the command that fills it. */
export function EmptyState(props: { title: string; children?: ReactNode; command?: string }) {
  return (
    <div className={css.state}>
      <p className={css.title}>{props.title}</p>
      {props.children ? <div className={css.text}>{props.children}</div> : null}
      {props.command ? <CopyCommand command={props.command} /> : null}
    </div>
  );
}

/** What failed and what to do next, from the problem that the API (or the way to it) answered with. */
export function ErrorState(props: { error: unknown; retry?: () => void }) {
  const problem = props.error instanceof ApiError ? props.error.problem : null;
  return (
    <div className={css.state} role="alert">
      <p className={css.title}>
        <CircleAlert size={15} aria-hidden="true" />
        {problem?.title ?? 'Something went wrong on this page'}
      </p>
      <p className={css.text}>
        {problem?.detail ?? (props.error instanceof Error ? props.error.message : String(props.error))}
      </p>
      {problem?.errors?.length ? (
        <ul className={css.list}>
          {problem.errors.slice(0, 10).map((error) => (
            <li key={`${error.path} ${error.code}`}>
              <code>{error.path}</code> {error.message}
            </li>
          ))}
        </ul>
      ) : null}
      <p className={css.actions}>
        {props.retry ? <Button onClick={props.retry}>Try again</Button> : null}
        {problem ? <code className={css.code}>{problem.code}</code> : null}
      </p>
    </div>
  );
}

/** Grey bars where content will be; `height` in pixels, so that nothing jumps when it comes. */
export function Skeleton(props: { height: number; label?: string }) {
  return (
    <div className={css.skeleton} style={{ height: props.height }} role="status">
      <span className={css.hidden}>{props.label ?? 'Loading'}</span>
    </div>
  );
}
