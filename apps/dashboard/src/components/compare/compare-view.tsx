'use client';

import { useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { compareParsers, sideOf, sideText } from '../../lib/compare-sides';
import { count, milliseconds } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import { baselinesQuery, compareQuery, modelQuery } from '../../lib/queries';
import { useRange } from '../../lib/use-range';
import { Button } from '../ui/button';
import Link from '../ui/link';
import { Page, Section } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';
import css from './compare.module.css';
import { CompareOverlay } from './compare-overlay';
import { CompareTable } from './compare-table';
import { SidePicker } from './side-picker';

/** Any two of version, segment, time range and baseline: ranked differences and both distributions. */
export function CompareView(props: { model: string }) {
  const { model } = props;
  const { range, refetchInterval } = useRange();
  const [state, setState] = useQueryStates(compareParsers, { history: 'push' });
  const [chosen, setChosen] = useQueryState('signal', parseAsString.withOptions({ history: 'replace' }));
  const detail = useQuery({ ...modelQuery(model, range), refetchInterval });
  const baselines = useQuery(baselinesQuery(model));
  const a = useMemo(() => sideOf(state, 'a', range), [state, range]);
  const b = useMemo(() => sideOf(state, 'b', range), [state, range]);
  const compared = useQuery({ ...compareQuery(model, a, b), placeholderData: (before) => before });
  const known = baselines.data?.baselines ?? [];
  const nameOf = (id: string) =>
    id === 'active' ? 'active baseline' : `baseline ${known.find((one) => one.id === id)?.name ?? id}`;
  const names = { a: sideText(a, nameOf), b: sideText(b, nameOf) };
  const signals = compared.data?.signals ?? [];
  const signal = signals.find((one) => one.signal === chosen) ?? signals[0] ?? null;

  return (
    <Page
      title={
        <>
          Compare <Link href={withQuery(links.model(model), range)}>{model}</Link>
        </>
      }
      actions={
        <Button
          onClick={() =>
            void setState(
              Object.fromEntries(
                Object.entries(state).map(([key, value]) => [
                  `${key.startsWith('a') ? 'b' : 'a'}${key.slice(1)}`,
                  explicit(key, value, state) || null,
                ]),
              ),
            )
          }
        >
          Swap A and B
        </Button>
      }
    >
      {detail.isError && !detail.data ? (
        <ErrorState error={detail.error} retry={() => void detail.refetch()} />
      ) : detail.data ? (
        <div className={css.sides}>
          {(['a', 'b'] as const).map((name) => (
            <SidePicker
              key={name}
              name={name}
              slice={name === 'a' ? a : b}
              state={state}
              range={range}
              model={detail.data}
              baselines={known}
              onChange={(change) => void setState(change)}
            />
          ))}
        </div>
      ) : (
        <Skeleton height={110} label="Loading the model" />
      )}
      <Section label="Result">
        {compared.isError && !compared.isPlaceholderData ? (
          <ErrorState error={compared.error} retry={() => void compared.refetch()} />
        ) : !compared.data ? (
          <Skeleton height={420} label="Comparing" />
        ) : signals.length === 0 ? (
          <EmptyState title="There is no signal to compare.">
            A comparison needs an active baseline, whose bins both sides are counted in.
          </EmptyState>
        ) : (
          <>
            <p className={css.result}>
              <VerdictBadge verdict={compared.data.verdict} />
              <span>
                A: {names.a} ({count(compared.data.n_a)}) · B: {names.b} ({count(compared.data.n_b)}) ·{' '}
                {count(signals.length)} signals in {milliseconds(compared.data.took_ms)}
              </span>
            </p>
            <div className={css.split}>
              <CompareTable
                signals={signals}
                selected={signal?.signal ?? null}
                onSelect={(next) => void setChosen(next)}
              />
              {signal ? <CompareOverlay model={model} compared={signal} a={a} b={b} names={names} /> : null}
            </div>
          </>
        )}
      </Section>
    </Page>
  );
}

/** Side a is the active baseline without saying so; on side b it has to be said. */
function explicit(key: string, value: string, state: Record<string, string>): string {
  if (key !== 'a_baseline' || value) return value;
  const empty = ['a_version', 'a_segment', 'a_from', 'a_to'].every((name) => !state[name]);
  return empty ? 'active' : '';
}
