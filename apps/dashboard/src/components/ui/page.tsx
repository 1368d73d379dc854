import type { ReactNode } from 'react';
import css from './page.module.css';

/** A page: its heading line (title, facts, actions) over its content. */
export function Page(props: {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className={css.page} id="content" tabIndex={-1}>
      <header className={css.head}>
        <div className={css.heading}>
          <h1 className={css.title}>{props.title}</h1>
          {props.lead ? <div className={css.lead}>{props.lead}</div> : null}
        </div>
        {props.actions ? <div className={css.actions}>{props.actions}</div> : null}
      </header>
      {props.children}
    </main>
  );
}

/** A part of a page with a heading; parts are separated by space and a hairline, never by boxes. */
export function Section(props: {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  label?: string;
}) {
  return (
    <section className={css.section} aria-label={props.label}>
      {props.title || props.actions ? (
        <header className={css.sectionHead}>
          <h2>{props.title}</h2>
          {props.note ? <span className={css.note}>{props.note}</span> : null}
          {props.actions ? <span className={css.sectionActions}>{props.actions}</span> : null}
        </header>
      ) : null}
      {props.children}
    </section>
  );
}
