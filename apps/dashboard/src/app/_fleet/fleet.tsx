'use client';

import { VERDICT_KINDS, type VerdictKind } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useDeferredValue, useMemo } from 'react';
import { DataTable } from '../../components/ui/data-table';
import { Input } from '../../components/ui/field';
import { Page } from '../../components/ui/page';
import { EmptyState, ErrorState, Skeleton } from '../../components/ui/states';
import { Toggle } from '../../components/ui/toggle';
import { VerdictMark } from '../../components/ui/verdict';
import { count } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import { modelsQuery } from '../../lib/queries';
import { useRange } from '../../lib/use-range';
import { VERDICT_LOOKS, VERDICTS_WORST_FIRST } from '../../lib/verdicts';
import { fleetColumns } from './columns';
import css from './fleet.module.css';
import { type FleetTotals, filterFleet, fleetTotals, worstFirst } from './prepare';

const parsers = {
  q: parseAsString.withDefault(''),
  verdict: parseAsArrayOf(parseAsStringLiteral(VERDICT_KINDS)).withDefault([]),
  sort: parseAsString.withDefault(''),
};

/** The fleet's table with its search and filters; all of it is in the URL. */
export function Fleet(props: { firstTotals: FleetTotals | null }) {
  const router = useRouter();
  const { range, refetchInterval } = useRange();
  const [{ q, verdict, sort }, setState] = useQueryStates(parsers, { history: 'replace' });
  const models = useQuery({ ...modelsQuery(range), refetchInterval });
  // What is typed and pressed shows at once; the rows follow.
  const text = useDeferredValue(q);
  const wanted = useDeferredValue(verdict);
  const ordered = useMemo(() => worstFirst(models.data?.models ?? []), [models.data]);
  const rows = useMemo(() => filterFleet(ordered, text, wanted), [ordered, text, wanted]);
  const columns = useMemo(() => fleetColumns(range), [range]);
  // Until the whole list came, the rows at hand are only the worst of it: the server counted them all.
  const partial =
    props.firstTotals !== null && ordered.length < props.firstTotals.models && models.isFetching;
  const totals = partial && props.firstTotals ? props.firstTotals : fleetTotals(ordered);
  const sorting = sort ? { id: sort.replace(/^-/, ''), desc: sort.startsWith('-') } : null;

  return (
    <Page title="Fleet" lead={models.data ? <Totals totals={totals} /> : null}>
      {models.isPending ? (
        <Skeleton height={480} label="Loading the models" />
      ) : models.isError && !models.data ? (
        <ErrorState error={models.error} retry={() => void models.refetch()} />
      ) : ordered.length === 0 ? (
        <EmptyState title="No model has sent an event yet." command="npm run demo">
          The demo trains a small model on real flights and replays them. To watch your own, post an event to{' '}
          <code>/api/v1/events</code>; the <a href={links.status()}>status page</a> has snippets to copy.
        </EmptyState>
      ) : (
        <>
          <search className={css.filters}>
            <Input
              data-search
              type="search"
              aria-label="Search models"
              placeholder="Search models  ( / )"
              value={q}
              onChange={(event) => void setState({ q: event.target.value })}
              className={css.search}
            />
            <div className={css.toggles}>
              {VERDICTS_WORST_FIRST.map((kind) => (
                <VerdictToggle
                  key={kind}
                  kind={kind}
                  n={totals.verdicts[kind] ?? 0}
                  pressed={verdict.includes(kind)}
                  onToggle={() =>
                    void setState({
                      verdict: verdict.includes(kind)
                        ? verdict.filter((one) => one !== kind)
                        : [...verdict, kind],
                    })
                  }
                />
              ))}
            </div>
            {models.isError ? (
              <p className={css.stale} role="status">
                These numbers are not current: {models.error.message}
              </p>
            ) : null}
          </search>
          <DataTable
            label="Models"
            columns={columns}
            rows={rows}
            rowKey={(row) => row.model}
            rowHeight={46}
            wrap
            maxHeight="calc(100dvh - 190px)"
            sorting={sorting}
            onSorting={(next) => void setState({ sort: next ? `${next.desc ? '-' : ''}${next.id}` : '' })}
            onOpen={(row) => router.push(withQuery(links.model(row.model), kept(range)))}
            empty={<EmptyState title="No model matches.">Clear the search or the verdict filter.</EmptyState>}
          />
        </>
      )}
    </Page>
  );
}

function kept(range: { from: string; to: string }): { from?: string; to?: string } {
  return range.from === 'now-24h' && range.to === 'now' ? {} : range;
}

function VerdictToggle(props: { kind: VerdictKind; n: number; pressed: boolean; onToggle: () => void }) {
  if (props.n === 0 && !props.pressed) return null;
  return (
    <Toggle pressed={props.pressed} onToggle={props.onToggle}>
      <VerdictMark verdict={props.kind} />
      {VERDICT_LOOKS[props.kind].word} <span className={css.n}>{count(props.n)}</span>
    </Toggle>
  );
}

function Totals({ totals }: { totals: FleetTotals }) {
  return (
    <p>
      {count(totals.models)} {totals.models === 1 ? 'model' : 'models'} ·{' '}
      {count(totals.verdicts.significant ?? 0)} significant · {count(totals.firing)}{' '}
      {totals.firing === 1 ? 'alert' : 'alerts'} firing · {count(totals.events)} events in this range
    </p>
  );
}
