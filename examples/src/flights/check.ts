import { setTimeout as sleep } from 'node:timers/promises';
import { MULTIVARIATE_SIGNAL } from '@leeway/contract';
import type { LeewayApi } from './api.js';
import { MODEL } from './events.js';
import type { Sent } from './pump.js';
import { FAULTY_SIGNAL, type Sightings } from './watch.js';

/** The one line that `--check` prints. */
export interface CheckReport {
  ok: boolean;
  /** What was not as it must be; empty when `ok`. */
  problems: string[];
  transport: string;
  events_sent: number;
  events_stored: number;
  labels_sent: number;
  /** Rows that every signal's histogram sums to; when they disagree, the sum farthest from what was sent. */
  histogram_total: number;
  windows: number;
  signals: number;
  verdicts: Record<string, number>;
  /** Windows called moderate or significant although no fault touched them. */
  false_verdicts: number;
  alerts_fired: number;
  /** Alerts on anything that the fault does not move. */
  other_alerts: string[];
  first_chart_seconds: number | null;
  history_seconds: number | null;
  fault_to_significant_seconds: number | null;
  fault_to_alert_seconds: number | null;
  seconds: number;
}

/** What the fault moves: its own signal, and the one of all numeric features together, which has a part in it. */
const EXPLAINED = new Set<string | null>([FAULTY_SIGNAL, MULTIVARIATE_SIGNAL]);
const STORED_WITHIN_MS = 60_000;

export interface CheckInput {
  api: LeewayApi;
  transport: string;
  sent: Sent;
  seen: Sightings;
  /** Epoch ms. */
  startedAt: number;
  historyFrom: number;
  liveAt: number | null;
  /** Whether the run was to have the fault. */
  fault: boolean;
  faultAt: number | null;
}

/** Compares what was sent with what the API tells, and says what is wrong. */
export async function checkRun(input: CheckInput): Promise<CheckReport> {
  const { api, sent, seen, faultAt } = input;
  const from = input.historyFrom - 60_000;
  const to = Date.now() + 120_000;
  const stored = await storedEvents(api, sent.events, from, to);
  const signals = await api.signals(MODEL);
  const judged = signals.filter((signal) => signal.in_baseline && signal.role !== 'label');
  const totals: [string, number][] = [];
  for (const { signal } of judged)
    totals.push([signal, (await api.histogram(MODEL, signal, from, to)).n_current]);
  const verdicts = await api.verdicts(MODEL, from, to);
  const byKind: Record<string, number> = {};
  for (const one of verdicts) byKind[one.verdict] = (byKind[one.verdict] ?? 0) + 1;
  const loud = verdicts.filter((one) => one.verdict === 'moderate' || one.verdict === 'significant');
  const untouched = loud.filter(
    (one) => !EXPLAINED.has(one.signal) || faultAt === null || Date.parse(one.window_end) <= faultAt,
  );
  const fired = [...seen.fired.values()];
  const other = fired.filter((alert) => faultAt === null || !EXPLAINED.has(alert.signal));
  const worst = totals.reduce(
    (a, b) => (off(b[1], sent.events) > off(a[1], sent.events) ? b : a),
    totals[0]!,
  );

  const problems: string[] = [];
  if (stored !== sent.events) problems.push(`stored ${stored} of ${sent.events} events`);
  if (judged.length === 0) problems.push('no signal is in the baseline');
  for (const [signal, total] of totals)
    if (total !== sent.events)
      problems.push(`the histogram of ${signal} sums to ${total}, not ${sent.events}`);
  if (input.fault && seen.significantAt === null)
    problems.push(`${FAULTY_SIGNAL} did not become significant`);
  if (input.fault && seen.firedAt === null) problems.push(`the alert on ${FAULTY_SIGNAL} did not fire`);
  if (!input.fault && fired.length > 0) problems.push('an alert fired although there was no fault');
  if (other.length > 0) problems.push(`alerts fired that the fault does not explain`);
  if (untouched.length > 0) problems.push(`${untouched.length} verdicts drifted without a fault`);

  return {
    ok: problems.length === 0,
    problems,
    transport: input.transport,
    events_sent: sent.events,
    events_stored: stored,
    labels_sent: sent.labels,
    histogram_total: worst?.[1] ?? 0,
    windows: new Set(verdicts.map((one) => one.window_start)).size,
    signals: judged.length,
    verdicts: byKind,
    false_verdicts: untouched.length,
    alerts_fired: fired.length,
    other_alerts: other.map((alert) => `${alert.rule} ${alert.signal ?? ''}`.trim()),
    first_chart_seconds: secondsSince(input.startedAt, seen.firstVerdictAt),
    history_seconds: secondsSince(input.startedAt, input.liveAt),
    fault_to_significant_seconds: faultAt === null ? null : secondsSince(faultAt, seen.significantAt),
    fault_to_alert_seconds: faultAt === null ? null : secondsSince(faultAt, seen.firedAt),
    seconds: secondsSince(input.startedAt, Date.now())!,
  };
}

function off(total: number, sent: number): number {
  return Math.abs(total - sent);
}

function secondsSince(from: number, to: number | null): number | null {
  return to === null ? null : Math.round((to - from) / 100) / 10;
}

/** Events that the collector has stored; over Kafka they may still be on their way, so it is asked for a while. */
async function storedEvents(api: LeewayApi, sent: number, from: number, to: number): Promise<number> {
  const until = Date.now() + STORED_WITHIN_MS;
  for (;;) {
    const stored = (await api.model(MODEL, from, to))?.events ?? 0;
    if (stored >= sent || Date.now() > until) return stored;
    await sleep(500);
  }
}
