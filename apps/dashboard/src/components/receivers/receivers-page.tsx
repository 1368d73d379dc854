'use client';

import type { Delivery, ReceiverStatus, VerdictKind } from '@leeway/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { milliseconds } from '../../lib/format';
import { Button } from '../ui/button';
import { Select } from '../ui/field';
import { Moment } from '../ui/moment';
import { Page, Section } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { VerdictMark } from '../ui/verdict';
import { DeliveryLog } from './delivery-log';
import { type DeliveryFilter, deliveriesQuery, receiversQuery, testReceiver } from './queries';
import css from './receivers.module.css';

const STATES: readonly Delivery['state'][] = ['queued', 'delivered', 'failed'];
const parsers = {
  receiver: parseAsString.withDefault(''),
  state: parseAsStringLiteral(['', ...STATES] as const).withDefault(''),
};

/** Where messages go, whether they arrive, and a log of each attempt. */
export function ReceiversPage() {
  const [filter, setFilter] = useQueryStates(parsers, { history: 'replace' });
  const asked: DeliveryFilter = {
    ...(filter.receiver ? { receiver: filter.receiver } : {}),
    ...(filter.state ? { state: filter.state } : {}),
  };
  const receivers = useQuery({ ...receiversQuery(), refetchInterval: 30_000 });
  const deliveries = useQuery({ ...deliveriesQuery(asked), refetchInterval: 30_000 });
  return (
    <Page title="Receivers" lead={<p>Where alerts are sent, as the alert file says</p>}>
      {receivers.isPending ? (
        <Skeleton height={200} label="Loading the receivers" />
      ) : !receivers.data ? (
        <ErrorState error={receivers.error} retry={() => void receivers.refetch()} />
      ) : (
        <>
          {receivers.data.problems.length > 0 ? (
            <div role="alert" className={css.problems}>
              <b>The alert file has problems; the last good one stays in force.</b>
              <ul>
                {receivers.data.problems.map((problem) => (
                  <li key={problem}>{problem}</li>
                ))}
              </ul>
            </div>
          ) : null}
          {receivers.data.receivers.length === 0 ? (
            <EmptyState
              title="No receiver is configured."
              command="LEEWAY_ALERT_FILE=alerts.yaml leeway serve"
            >
              Name webhooks, Slack, PagerDuty, email or an Alertmanager in the alert file; docs/alerting.md
              has each field.
            </EmptyState>
          ) : (
            <ul className={css.list}>
              {receivers.data.receivers.map((receiver) => (
                <Receiver key={receiver.name} receiver={receiver} />
              ))}
            </ul>
          )}
        </>
      )}
      <Section title="Delivery log" note="newest first">
        <div className={css.filters}>
          <Select
            aria-label="Receiver"
            className={css.select}
            value={filter.receiver}
            onChange={(event) => void setFilter({ receiver: event.target.value })}
          >
            <option value="">every receiver</option>
            {[...new Set([...(receivers.data?.receivers.map(({ name }) => name) ?? []), filter.receiver])]
              .filter(Boolean)
              .map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
          </Select>
          <Select
            aria-label="State"
            className={css.select}
            value={filter.state}
            onChange={(event) => void setFilter({ state: event.target.value as '' | Delivery['state'] })}
          >
            <option value="">every state</option>
            {STATES.map((state) => (
              <option key={state} value={state}>
                {state}
              </option>
            ))}
          </Select>
        </div>
        {deliveries.isPending ? (
          <Skeleton height={240} label="Loading the delivery log" />
        ) : !deliveries.data ? (
          <ErrorState error={deliveries.error} retry={() => void deliveries.refetch()} />
        ) : deliveries.data.deliveries.length === 0 ? (
          <EmptyState title="Nothing has been sent.">
            Messages about alerts are listed here, each with its attempts. What a test did stands beside its
            button.
          </EmptyState>
        ) : (
          <DeliveryLog deliveries={deliveries.data.deliveries} />
        )}
      </Section>
    </Page>
  );
}

const HEALTH: Record<ReceiverStatus['health'], { mark: VerdictKind; text: string }> = {
  ok: { mark: 'stable', text: 'delivers' },
  failing: { mark: 'moderate', text: 'failing, retrying' },
  gone: { mark: 'significant', text: 'gone: nothing is sent until the configuration changes' },
  idle: { mark: 'insufficient_data', text: 'nothing sent yet' },
};

function Receiver({ receiver }: { receiver: ReceiverStatus }) {
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => testReceiver(receiver.name),
    onSettled: () =>
      Promise.all(
        ['receivers', 'deliveries'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      ),
  });
  const health = HEALTH[receiver.health];
  return (
    <li className={css.receiver}>
      <span className={css.cell}>
        <span className={css.name}>{receiver.name}</span>
        <span className={css.dim}>{receiver.kind}</span>
      </span>
      <span className={css.cell}>
        <span>{receiver.target}</span>
        {receiver.queued > 0 ? <span className={css.dim}>{receiver.queued} waiting to be sent</span> : null}
      </span>
      <span className={css.cell}>
        <span className={css.health}>
          <VerdictMark verdict={health.mark} /> {health.text}
        </span>
        <span className={css.dim}>
          {receiver.last_error ?? ''}
          {receiver.last_error && receiver.last_delivery ? ' · ' : ''}
          {receiver.last_delivery ? (
            <>
              last message <Moment at={receiver.last_delivery.created_at} />
            </>
          ) : null}
        </span>
        <span role="status" className={test.isError || test.data?.ok === false ? css.bad : css.dim}>
          {test.isPending
            ? 'Sending a test message…'
            : test.isError
              ? test.error.message
              : test.data
                ? `${test.data.ok ? 'Arrived' : 'Failed'}: ${test.data.detail} (${milliseconds(test.data.took_ms)})`
                : ''}
        </span>
      </span>
      <Button
        disabled={test.isPending}
        onClick={() => test.mutate()}
        aria-label={`Send a test message to ${receiver.name}`}
      >
        Test
      </Button>
    </li>
  );
}
