'use client';

import type { Baseline } from '@leeway/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { bytes, count, milliseconds, number } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import { baselinesQuery } from '../../lib/queries';
import { Button, buttonClass } from '../ui/button';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import { Page, Section } from '../ui/page';
import { ErrorState, Skeleton } from '../ui/states';
import { REBIN_POLL_MS } from './baseline-list';
import css from './baselines.module.css';
import { activateBaseline, baselineDetailQuery } from './queries';
import { RebinProgress } from './rebin-progress';
import { SignalGrid } from './signal-grid';

/** One baseline: what was inferred, what was left out and why, each signal's distribution; activate it from here. */
export function BaselinePage(props: { id: string }) {
  const client = useQueryClient();
  const detail = useQuery(baselineDetailQuery(props.id));
  const model = detail.data?.model ?? null;
  const list = useQuery({
    ...baselinesQuery(model),
    enabled: model !== null,
    refetchInterval: (query) =>
      query.state.data?.baselines.some(({ rebin }) => rebin?.state === 'running') ? REBIN_POLL_MS : false,
  });
  const activate = useMutation({
    mutationFn: () => activateBaseline(props.id),
    onSuccess: () =>
      Promise.all(
        ['baselines', 'models', 'model'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      ),
  });
  if (detail.isPending)
    return (
      <Page title="Baseline">
        <Skeleton height={420} label="Loading the baseline" />
      </Page>
    );
  if (!detail.data)
    return (
      <Page title="Baseline">
        <ErrorState error={detail.error} retry={() => void detail.refetch()} />
        <p>
          <Link href={links.baselines()}>All baselines</Link>
        </p>
      </Page>
    );
  const it = detail.data;
  const summary = list.data?.baselines.find(({ id }) => id === it.id) ?? null;
  const other = list.data?.baselines.find(({ id, active }) => id !== it.id && active) ?? null;
  return (
    <Page
      title={it.name}
      lead={
        <>
          <span>
            of <Link href={links.model(it.model)}>{it.model}</Link>
          </span>
          <span>
            made <Moment at={it.created_at} />
          </span>
          {summary?.active ? <b>active</b> : null}
        </>
      }
      actions={
        <>
          {other ? (
            <Link className={buttonClass()} href={withQuery('/baselines/compare', { a: other.id, b: it.id })}>
              Compare with the active one
            </Link>
          ) : null}
          {summary && !summary.active ? (
            <Button look="primary" disabled={activate.isPending} onClick={() => activate.mutate()}>
              {activate.isPending ? 'Activating…' : 'Activate'}
            </Button>
          ) : null}
        </>
      }
    >
      {activate.isError ? <ErrorState error={activate.error} /> : null}
      <RebinProgress rebin={summary?.rebin ?? null} />
      <Facts baseline={it} />
      {it.warnings.length > 0 ? (
        <Section title="Warnings">
          <ul className={css.list}>
            {it.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Section>
      ) : null}
      {it.left_out.length > 0 ? (
        <Section title="Left out" note={`${count(it.left_out.length)} columns`}>
          <ul className={css.list}>
            {it.left_out.slice(0, 200).map(({ column, code, message }) => (
              <li key={column}>
                <b>{column}</b> <span className={css.dim}>{code.replaceAll('_', ' ')}:</span> {message}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section title="Signals" note={`${count(it.signals.length)}, as inferred`}>
        <SignalGrid signals={it.signals} />
      </Section>
    </Page>
  );
}

function Facts({ baseline }: { baseline: Baseline }) {
  const { source, latency, performance, span } = baseline;
  const joint = baseline.signals.find((signal) => signal.role === 'joint')?.joint;
  return (
    <dl className={css.facts}>
      <Fact name="Rows" value={count(baseline.rows)} />
      <Fact name="File" value={`${source.file}, ${source.format}, ${bytes(source.bytes)}`} />
      <div className={css.fact}>
        <dt>Time span</dt>
        <dd>
          {span ? (
            <>
              <Moment at={span.from} form="absolute" /> – <Moment at={span.to} form="absolute" />
            </>
          ) : (
            'no timestamp column'
          )}
        </dd>
      </div>
      {latency ? (
        <Fact
          name="Latency P50 / P95 / P99"
          value={`${milliseconds(latency.p50)} / ${milliseconds(latency.p95)} / ${milliseconds(latency.p99)}`}
        />
      ) : null}
      {performance ? (
        <Fact
          name={`Performance (${performance.task})`}
          value={Object.entries(performance.metrics)
            .map(([name, value]) => `${name} ${number(value)}`)
            .join(', ')}
        />
      ) : null}
      <Fact
        name="All numeric features together"
        value={joint ? `${count(joint.signals.length)} of them` : 'not watched'}
      />
    </dl>
  );
}

function Fact(props: { name: string; value: string }) {
  return (
    <div className={css.fact}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}
