'use client';

import type { Alert, Severity } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useDeferredValue, useMemo, useState } from 'react';
import { count, shorten } from '../../lib/format';
import { DataTable } from '../ui/data-table';
import { Input } from '../ui/field';
import { Page } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Segmented, Toggle } from '../ui/toggle';
import css from './alerts.module.css';
import { alertColumns } from './columns';
import { filterAlerts, isQuiet } from './prepare';
import { alertListQuery } from './queries';

// Each opens on a click: the list comes without them.
const AlertDetail = dynamic(() => import('./alert-detail').then((m) => m.AlertDetail), { ssr: false });
const AckDialog = dynamic(() => import('./ack-dialog').then((m) => m.AckDialog), { ssr: false });
const SilenceDialog = dynamic(() => import('../silences/silence-dialog').then((m) => m.SilenceDialog), {
  ssr: false,
});

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];
const parsers = {
  view: parseAsStringLiteral(['active', 'history'] as const).withDefault('active'),
  q: parseAsString.withDefault(''),
  model: parseAsString.withDefault(''),
  severity: parseAsArrayOf(parseAsStringLiteral(SEVERITIES)).withDefault([]),
  quiet: parseAsBoolean.withDefault(true),
  alert: parseAsString.withDefault(''),
};

/** Active alerts, or those that are over. Filters, view and the open alert are in the URL. */
export function AlertList() {
  const [state, setState] = useQueryStates(parsers, { history: 'replace' });
  const [ack, setAck] = useState<Alert | null>(null);
  const [silence, setSilence] = useState<Alert | null>(null);
  const alerts = useQuery({ ...alertListQuery(state.model || null), refetchInterval: 30_000 });
  const text = useDeferredValue(state.q);
  const { view, severity, quiet } = state;
  const rows = useMemo(
    () => filterAlerts(alerts.data?.alerts ?? [], { view, text, severity, quiet }),
    [alerts.data, view, text, severity, quiet],
  );
  const columns = useMemo(() => alertColumns({ onAck: setAck, onSilence: setSilence }, view), [view]);
  const held = useMemo(
    () =>
      filterAlerts(alerts.data?.alerts ?? [], { view: 'active', text: '', severity: [], quiet: true }).filter(
        isQuiet,
      ),
    [alerts.data],
  );
  const open = alerts.data?.alerts.find(({ fingerprint }) => fingerprint === state.alert) ?? null;
  const close = () => void setState({ alert: '' });

  return (
    <Page
      title="Alerts"
      lead={
        alerts.data ? (
          <p>
            {count(alerts.data.firing)} firing · {count(alerts.data.pending)} pending
            {held.length > 0 ? ` · ${count(held.length)} silenced or muted` : ''}
          </p>
        ) : null
      }
    >
      <search className={css.filters}>
        <Segmented
          label="Which alerts"
          value={view}
          options={[
            { value: 'active', label: 'Active' },
            { value: 'history', label: 'History' },
          ]}
          onChange={(next) => void setState({ view: next, alert: '' })}
        />
        <Input
          data-search
          type="search"
          aria-label="Search alerts"
          placeholder="Search alerts  ( / )"
          className={css.search}
          value={state.q}
          onChange={(event) => void setState({ q: event.target.value })}
        />
        {SEVERITIES.map((one) => (
          <Toggle
            key={one}
            pressed={severity.includes(one)}
            onToggle={() =>
              void setState({
                severity: severity.includes(one) ? severity.filter((s) => s !== one) : [...severity, one],
              })
            }
          >
            {one}
          </Toggle>
        ))}
        {view === 'active' && held.length > 0 ? (
          <Toggle pressed={!quiet} onToggle={() => void setState({ quiet: !quiet })}>
            hide silenced
          </Toggle>
        ) : null}
        {state.model ? (
          <Toggle
            pressed
            onToggle={() => void setState({ model: '' })}
            label={`Model ${state.model}; show all models`}
          >
            {shorten(state.model, 40)} ×
          </Toggle>
        ) : null}
        {alerts.isError && alerts.data ? (
          <p className={css.stale} role="status">
            This list is not current: {alerts.error.message}
          </p>
        ) : null}
      </search>
      {alerts.isPending ? (
        <Skeleton height={320} label="Loading the alerts" />
      ) : !alerts.data ? (
        <ErrorState error={alerts.error} retry={() => void alerts.refetch()} />
      ) : rows.length === 0 ? (
        <Nothing view={view} filtered={text !== '' || severity.length > 0 || !quiet || state.model !== ''} />
      ) : (
        <>
          <DataTable
            label={view === 'active' ? 'Active alerts' : 'Past alerts'}
            columns={columns}
            rows={rows}
            rowKey={(alert) => alert.fingerprint}
            rowHeight={48}
            wrap
            maxHeight={rows.length > 30 ? 'calc(100dvh - 190px)' : undefined}
            selected={state.alert}
            onOpen={(alert) => void setState({ alert: alert.fingerprint }, { history: 'push' })}
          />
          {alerts.data.truncated ? (
            <p className={css.dim}>
              There are more than the API lists at once: {count(alerts.data.alerts.length)} are shown, the
              worst first.
            </p>
          ) : null}
        </>
      )}
      {open && !ack && !silence ? (
        <AlertDetail alert={open} onClose={close} onAck={setAck} onSilence={setSilence} />
      ) : null}
      {ack ? (
        <AckDialog
          target={{ kind: 'alerts', id: ack.fingerprint, name: ack.signal ?? ack.rule_signal }}
          onClose={() => setAck(null)}
        />
      ) : null}
      {silence ? <SilenceDialog alert={silence} onClose={() => setSilence(null)} /> : null}
    </Page>
  );
}

function Nothing(props: { view: 'active' | 'history'; filtered: boolean }) {
  if (props.filtered)
    return <EmptyState title="No alert matches.">Clear the search or the filters above.</EmptyState>;
  return props.view === 'active' ? (
    <EmptyState title="Nothing fires, nothing is pending.">
      The built-in rules watch every model: drift, latency, throughput, errors, anomalies and silence. The
      rules page shows each with its threshold.
    </EmptyState>
  ) : (
    <EmptyState title="No alert has fired and resolved yet.">
      Alerts that are over are listed here.
    </EmptyState>
  );
}
