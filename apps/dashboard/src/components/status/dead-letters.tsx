'use client';

import type { DeadLetter } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { bytes, count } from '../../lib/format';
import { saveFile } from '../../lib/save-file';
import { Button } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { Dialog } from '../ui/dialog';
import { Moment } from '../ui/moment';
import { Section } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { decode, fromBase64 } from './decode';
import { deadLetterQuery, deadLettersQuery } from './queries';
import css from './status.module.css';

/** What could not be taken, with its content. */
export function DeadLetters() {
  const letters = useQuery({ ...deadLettersQuery(), refetchInterval: 30_000 });
  const [open, setOpen] = useState<DeadLetter | null>(null);
  return (
    <Section
      title="Dead letters"
      note={letters.data ? `${count(letters.data.total)} that could not be taken, newest first` : undefined}
    >
      {letters.isPending ? (
        <Skeleton height={160} label="Loading the dead letters" />
      ) : !letters.data ? (
        <ErrorState error={letters.error} retry={() => void letters.refetch()} />
      ) : letters.data.dead_letters.length === 0 ? (
        <EmptyState title="Everything that arrived could be taken." />
      ) : (
        <DataTable
          label="Dead letters"
          columns={COLUMNS}
          rows={letters.data.dead_letters}
          rowKey={(letter) => letter.id}
          maxHeight={letters.data.dead_letters.length > 12 ? '460px' : undefined}
          onOpen={setOpen}
        />
      )}
      {open ? <Letter letter={open} onClose={() => setOpen(null)} /> : null}
    </Section>
  );
}

const COLUMNS: Column<DeadLetter>[] = [
  {
    id: 'at',
    header: 'When',
    sort: ({ at }) => Date.parse(at),
    descFirst: true,
    cell: ({ at }) => <Moment at={at} />,
  },
  { id: 'stage', header: 'Stage', wide: true, sort: ({ stage }) => stage, cell: ({ stage }) => stage },
  {
    id: 'message',
    header: 'Why',
    cell: ({ code, message }) => (
      <span title={message}>
        {message} <span className={css.dim}>{code}</span>
      </span>
    ),
  },
  {
    id: 'source',
    header: 'From',
    wide: true,
    sort: ({ source }) => source,
    cell: ({ source, partition, offset }) =>
      partition === null ? source : `${source}, partition ${partition}, offset ${offset ?? '?'}`,
  },
];

function Letter(props: { letter: DeadLetter; onClose: () => void }) {
  // A list has the beginning of large ones only.
  const whole = useQuery(deadLetterQuery(props.letter));
  const letter = whole.data ?? props.letter;
  const decoded = useMemo(() => decode(letter.payload, letter.bytes), [letter.payload, letter.bytes]);
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()} title="Dead letter" wide>
      <dl className={css.list}>
        <dt>Why</dt>
        <dd>
          {letter.message}{' '}
          <span className={css.dim}>
            ({letter.code}, while it was to {STAGES[letter.stage]})
          </span>
        </dd>
        <dt>When</dt>
        <dd>
          <Moment at={letter.at} form="absolute" />
        </dd>
        <dt>From</dt>
        <dd>
          {letter.source}
          {letter.partition === null ? '' : `, partition ${letter.partition}, offset ${letter.offset ?? '?'}`}
        </dd>
        <dt>Content</dt>
        <dd>
          {bytes(letter.bytes)}, {decoded.form === 'bytes' ? 'not text' : decoded.form}
          {decoded.cut ? ', the beginning of it' : ''}
        </dd>
      </dl>
      {whole.isError && !whole.data ? (
        <ErrorState error={whole.error} retry={() => void whole.refetch()} />
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
      <pre tabIndex={0} className={decoded.form === 'bytes' ? `${css.payload} ${css.bytes}` : css.payload}>
        {decoded.text}
      </pre>
      <div className={css.actions}>
        <Button
          disabled={whole.data === undefined}
          title={whole.data ? undefined : 'All its bytes have not come yet'}
          onClick={() =>
            saveFile(`dead-letter-${letter.id}`, 'application/octet-stream', fromBase64(letter.payload))
          }
        >
          Save the bytes
        </Button>
      </div>
    </Dialog>
  );
}

const STAGES: Record<DeadLetter['stage'], string> = {
  decode: 'be decoded',
  validate: 'be validated',
  store: 'be stored',
};
