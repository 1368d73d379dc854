'use client';

import { type ComparedSignal, VERDICT_RANK } from '@leeway/contract';
import { number, psi } from '../../lib/format';
import { signalName } from '../../lib/signal-name';
import { type Column, DataTable } from '../ui/data-table';
import { VerdictBadge } from '../ui/verdict';

const COLUMNS: readonly Column<ComparedSignal>[] = [
  {
    id: 'signal',
    header: 'Signal',
    cell: (row) => <span title={signalName(row.signal)}>{signalName(row.signal)}</span>,
    sort: (row) => signalName(row.signal),
  },
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
    title: 'Population stability index, de-biased',
    align: 'end',
    cell: (row) => psi(row.psi_debiased),
    sort: (row) => row.psi_debiased,
    descFirst: true,
  },
  {
    id: 'js',
    header: 'JS distance',
    title: 'Jensen–Shannon distance, 0 to 1',
    align: 'end',
    wide: true,
    cell: (row) => number(row.js_distance),
    sort: (row) => row.js_distance,
    descFirst: true,
  },
  {
    id: 'ks',
    header: 'KS',
    title: 'Bracket that holds the exact Kolmogorov–Smirnov statistic',
    align: 'end',
    wide: true,
    cell: (row) => (row.ks_low === null ? '–' : `${number(row.ks_low)} – ${number(row.ks_high)}`),
    sort: (row) => row.ks_high,
    descFirst: true,
  },
  {
    id: 'direction',
    header: 'What moved',
    wide: true,
    cell: (row) => (
      <span title={row.direction?.text}>
        {row.direction && row.direction.way !== 'none' ? row.direction.text : ''}
      </span>
    ),
  },
];

/** Every signal of a comparison, worst first; a row chooses what is drawn beside it. */
export function CompareTable(props: {
  signals: readonly ComparedSignal[];
  selected: string | null;
  onSelect: (signal: string) => void;
}) {
  return (
    <DataTable
      label="Signals by how much they differ"
      columns={COLUMNS}
      rows={props.signals}
      rowKey={(row) => row.signal}
      rowHeight={32}
      maxHeight="560px"
      selected={props.selected}
      onOpen={(row) => props.onSelect(row.signal)}
    />
  );
}
