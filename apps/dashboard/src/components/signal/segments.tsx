'use client';

import { type SegmentDrift, VERDICT_RANK } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { count, psi } from '../../lib/format';
import { links } from '../../lib/links';
import { segmentsQuery } from '../../lib/queries';
import { useSlice } from '../../lib/use-slice';
import type { ChosenWindow } from '../model/signal-window';
import { type Column, DataTable } from '../ui/data-table';
import Link from '../ui/link';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';

const COLUMNS: readonly Column<SegmentDrift>[] = [
  { id: 'segment', header: 'Segment', cell: (row) => row.segment, sort: (row) => row.segment },
  {
    id: 'verdict',
    header: 'Verdict',
    cell: (row) => <VerdictBadge verdict={row.verdict} title={row.reason} />,
    sort: (row) => VERDICT_RANK[row.verdict],
    descFirst: true,
  },
  {
    id: 'psi',
    header: 'PSI',
    align: 'end',
    cell: (row) => psi(row.psi),
    sort: (row) => row.psi,
    descFirst: true,
  },
  {
    id: 'n',
    header: 'Events',
    align: 'end',
    cell: (row) => count(row.n),
    sort: (row) => row.n,
    descFirst: true,
  },
  {
    id: 'why',
    header: 'Why',
    wide: true,
    cell: (row) => <span title={row.reason}>{why(row)}</span>,
  },
];

function why({ reason, direction, verdict }: SegmentDrift): string {
  const moved = direction !== null && direction.way !== 'none' && VERDICT_RANK[verdict] > VERDICT_RANK.stable;
  return moved ? `${direction.text} · ${reason}` : reason;
}

/** The signal in each segment against the baseline; a row makes the whole page look at that segment. */
export default function Segments(props: {
  model: string;
  signal: string;
  window: ChosenWindow;
  tags: readonly string[] | null;
}) {
  const slice = useSlice();
  const none = props.tags !== null && props.tags.length === 0;
  const query = useQuery({
    ...segmentsQuery(props.model, {
      signal: props.signal,
      from: String(props.window.from),
      to: String(props.window.to),
    }),
    enabled: props.tags !== null && !none,
    placeholderData: (before) => before,
  });
  if (none)
    return (
      <EmptyState title="This model has no segments.">
        Name the tags whose values should be watched on their own in the{' '}
        <Link href={links.settings(props.model)}>model’s settings</Link>.
      </EmptyState>
    );
  if (query.isError && !query.data)
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={160} label="Loading the segments" />;
  return (
    <DataTable
      label="Segments by drift"
      columns={COLUMNS}
      rows={query.data.segments}
      rowKey={(row) => row.segment}
      rowHeight={30}
      maxHeight="300px"
      selected={slice.segment || null}
      onOpen={(row) => void slice.set({ segment: row.segment === slice.segment ? '' : row.segment })}
      empty={<EmptyState title="No events with these tags in this window." />}
    />
  );
}
