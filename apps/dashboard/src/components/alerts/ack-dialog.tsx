'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAuthor } from '../../lib/use-author';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, Input, TextArea } from '../ui/field';
import { ErrorState } from '../ui/states';
import css from './alerts.module.css';
import { type AckTarget, acknowledge } from './queries';

/** "I have seen it": who, and what they are doing about it. Messages stop repeating; nothing is silenced. */
export function AckDialog(props: { target: AckTarget; onClose: () => void }) {
  const client = useQueryClient();
  const [author, keepAuthor] = useAuthor();
  const [comment, setComment] = useState('');
  const ack = useMutation({
    mutationFn: () => acknowledge(props.target, { author: author.trim(), comment: comment.trim() }),
    onSuccess: async () => {
      await Promise.all(
        ['alerts', 'incidents', 'incident'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      );
      props.onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (author.trim() !== '') ack.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title="Acknowledge"
      description={`Tells the others that somebody is on ${props.target.name}. It keeps firing and is not silenced.`}
    >
      <form className={css.form} onSubmit={submit}>
        <Field label="Your name">
          {(ids) => (
            <Input
              {...ids}
              required
              maxLength={200}
              autoComplete="name"
              value={author}
              onChange={(event) => keepAuthor(event.target.value)}
            />
          )}
        </Field>
        <Field label="What you are doing about it (optional)">
          {(ids) => (
            <TextArea
              {...ids}
              rows={3}
              maxLength={2_000}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
            />
          )}
        </Field>
        {ack.isError ? <ErrorState error={ack.error} /> : null}
        <div className={css.dialogActions}>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={author.trim() === '' || ack.isPending}>
            {ack.isPending ? 'Acknowledging…' : 'Acknowledge'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
