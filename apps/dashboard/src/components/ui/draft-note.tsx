'use client';

import { Button } from './button';
import css from './draft-note.module.css';
import { Moment } from './moment';

/** Says that what was typed earlier is back, with a way to start over. Nothing when nothing was restored. */
export function DraftNote(props: { at: number | null; onDiscard: () => void }) {
  if (props.at === null) return null;
  return (
    <div className={css.note} role="status">
      <span>
        What you typed <Moment at={props.at} /> is back; it was not saved.
      </span>
      <Button look="quiet" onClick={props.onDiscard}>
        Start over
      </Button>
    </div>
  );
}
