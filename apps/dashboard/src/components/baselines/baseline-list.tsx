'use client';

import type { BaselineSummary } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
import { bytes, count, percent, shorten } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import { baselinesQuery } from '../../lib/queries';
import { Button, buttonClass } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { Field, Select } from '../ui/field';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import { Page } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import css from './baselines.module.css';

/** How often a running count is asked for. */
export const REBIN_POLL_MS = 1_500;

/** Every baseline, the active one of each model marked; two of one model can be compared. */
export function BaselineList() {
  const router = useRouter();
  const [model, setModel] = useQueryState('model', parseAsString.withDefault(''));
  const [picked, setPicked] = useState<readonly BaselineSummary[]>([]);
  const baselines = useQuery({
    ...baselinesQuery(null),
    refetchInterval: (query) =>
      query.state.data?.baselines.some(({ rebin }) => rebin?.state === 'running') ? REBIN_POLL_MS : 60_000,
  });
  const all = baselines.data?.baselines ?? [];
  const models = [...new Set(all.map((one) => one.model))].sort();
  const rows = useMemo(
    () => (baselines.data?.baselines ?? []).filter((one) => model === '' || one.model === model),
    [baselines.data, model],
  );
  const columns = useMemo(
    () =>
      baselineColumns(picked, (one) =>
        setPicked((now) =>
          now.some(({ id }) => id === one.id)
            ? now.filter(({ id }) => id !== one.id)
            : [...now.filter((other) => other.model === one.model), one].slice(-2),
        ),
      ),
    [picked],
  );
  const [a, b] = picked;
  return (
    <Page
      title="Baselines"
      lead={<p>What production is compared with: fixed bins and counts of training data</p>}
      actions={
        <>
          {a && b ? (
            <Link className={buttonClass()} href={withQuery('/baselines/compare', { a: a.id, b: b.id })}>
              Compare the two
            </Link>
          ) : (
            <Button disabled title="Mark two baselines of one model in the table">
              Compare two
            </Button>
          )}
          <Link className={buttonClass('primary')} href={withQuery('/baselines/upload', { model })}>
            Upload
          </Link>
        </>
      }
    >
      {models.length > 1 || model !== '' ? (
        <search className={css.filters}>
          <Field label="Model">
            {(ids) => (
              <Select
                {...ids}
                className={css.select}
                value={model}
                onChange={(event) => {
                  setPicked([]);
                  void setModel(event.target.value);
                }}
              >
                <option value="">every model</option>
                {[...new Set([...models, model])].filter(Boolean).map((name) => (
                  <option key={name} value={name}>
                    {shorten(name, 80)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </search>
      ) : null}
      {baselines.isPending ? (
        <Skeleton height={240} label="Loading the baselines" />
      ) : !baselines.data ? (
        <ErrorState error={baselines.error} retry={() => void baselines.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState
          title="There is no baseline yet."
          command={`leeway baseline create --model ${model ? JSON.stringify(model) : 'my-model'} --file train.parquet`}
        >
          Upload training data (Parquet, CSV or NDJSON), or use the command line. Until then events are stored
          and charted, and nothing is judged.
        </EmptyState>
      ) : (
        <DataTable
          label="Baselines"
          columns={columns}
          rows={rows}
          rowKey={(one) => one.id}
          rowHeight={48}
          maxHeight={rows.length > 30 ? 'calc(100dvh - 190px)' : undefined}
          onOpen={(one) => router.push(links.baseline(one.id))}
        />
      )}
    </Page>
  );
}

function baselineColumns(
  picked: readonly BaselineSummary[],
  onPick: (one: BaselineSummary) => void,
): Column<BaselineSummary>[] {
  return [
    {
      id: 'pick',
      header: 'Compare',
      cell: (one) => (
        <input
          type="checkbox"
          aria-label={`Compare ${one.name} of ${one.model}`}
          checked={picked.some(({ id }) => id === one.id)}
          onChange={() => onPick(one)}
        />
      ),
    },
    {
      id: 'name',
      header: 'Baseline',
      sort: ({ name }) => name,
      cell: (one) => (
        <span className={css.cell}>
          <Link className={css.name} href={links.baseline(one.id)} title={one.name}>
            {one.name}
          </Link>
          <span className={css.sub} title={one.model}>
            {one.model}
          </span>
        </span>
      ),
    },
    {
      id: 'active',
      header: 'State',
      sort: ({ active }) => Number(active),
      descFirst: true,
      cell: ({ active, rebin }) =>
        rebin?.state === 'running' ? (
          <span>counting {percent(rebin.progress)}</span>
        ) : rebin?.state === 'failed' ? (
          <span className={css.bad}>counting failed</span>
        ) : active ? (
          <b>active</b>
        ) : (
          <span className={css.dim}>kept</span>
        ),
    },
    {
      id: 'rows',
      header: 'Rows',
      align: 'end',
      wide: true,
      sort: ({ rows }) => rows,
      descFirst: true,
      cell: ({ rows }) => count(rows),
    },
    {
      id: 'signals',
      header: 'Signals',
      align: 'end',
      wide: true,
      sort: ({ signal_count }) => signal_count,
      descFirst: true,
      cell: (one) => (
        <>
          {count(one.signal_count)}
          {one.left_out.length > 0 ? (
            <span className={css.dim}> · {count(one.left_out.length)} left out</span>
          ) : null}
        </>
      ),
    },
    {
      id: 'source',
      header: 'From',
      wide: true,
      cell: ({ source }) => (
        <span title={source.file}>
          {source.file} <span className={css.dim}>{bytes(source.bytes)}</span>
        </span>
      ),
    },
    {
      id: 'created',
      header: 'Made',
      align: 'end',
      sort: ({ created_at }) => Date.parse(created_at),
      descFirst: true,
      cell: ({ created_at }) => <Moment at={created_at} />,
    },
  ];
}
