'use client';

import type { BacktestResult } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { count, span } from '../../lib/format';
import { seriesQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { metricOfRule } from '../incidents/prepare';
import { ChartFrame } from '../ui/chart-frame';
import { BacktestChart } from './backtest-chart';
import { backtestTable } from './backtest-drawing';
import { isPerSignal } from './form-values';
import css from './rules.module.css';

/** What a backtest says: how often, how long, how many messages, and when. */
export default function BacktestOutcome(props: {
  result: BacktestResult;
  rule: Record<string, unknown>;
  signal: string;
}) {
  const { result } = props;
  const metric = metricOfRule(props.signal);
  const perSignal = isPerSignal(props.signal);
  const worst = [...result.episodes].sort((a, b) => Math.abs(b.peak ?? 0) - Math.abs(a.peak ?? 0))[0] ?? null;
  const signal = perSignal ? (worst?.signal ?? null) : null;
  const wanted = metric !== null && (!perSignal || signal !== null);
  const series = useQuery({
    ...seriesQuery(result.model, {
      from: result.from,
      to: result.to,
      metrics: [metric ?? 'psi'],
      points: 1_000,
      ...(signal ? { signal } : {}),
      ...(worst?.version ? { version: worst.version } : {}),
      ...(worst?.segment ? { segment: worst.segment } : {}),
    }),
    enabled: wanted,
  });
  const judged = result.observations.breach ?? 0;
  return (
    <>
      <div className={css.numbers}>
        <Figure value={count(result.fired)} text={result.fired === 1 ? 'time it fires' : 'times it fires'} />
        <Figure value={result.firing_ms === 0 ? '0' : span(result.firing_ms)} text="firing in total" />
        <Figure value={count(result.notifications)} text="messages sent" />
        <Figure value={`${count(judged)} of ${count(result.windows)}`} text="windows in breach" />
      </div>
      {result.windows === 0 ? (
        <p className={css.dim}>There is no stored window in this range that the rule could look at.</p>
      ) : (
        <ChartFrame
          title={signal ? `Backtest, with ${signalName(signal)}` : 'Backtest'}
          note={`${Object.entries(result.observations)
            .map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${count(n)}`)
            .join(' · ')}`}
          legend={<BacktestLegend />}
          summary={`The rule fires ${result.fired} times, ${span(result.firing_ms)} in total.`}
          table={() => backtestTable(result)}
          height={160}
        >
          <BacktestChart
            result={result}
            series={wanted ? (series.data?.series[0] ?? null) : null}
            threshold={thresholdOf(props.rule)}
          />
        </ChartFrame>
      )}
      {result.problem === null ? null : (
        <p className={css.dim}>Some windows could not be judged: {result.problem}.</p>
      )}
      {result.truncated ? <p className={css.dim}>There are more episodes than are listed.</p> : null}
    </>
  );
}

function BacktestLegend() {
  return (
    <>
      <span className={css.legend}>
        <svg width="16" height="10" aria-hidden="true">
          <rect x="0.5" y="1" width="15" height="8" fill="var(--bg)" stroke="var(--ink-marker)" />
        </svg>
        pending
      </span>
      <span className={css.legend}>
        <svg width="16" height="10" aria-hidden="true">
          <rect width="16" y="1" height="8" fill="var(--verdict-significant)" />
        </svg>
        firing
      </span>
    </>
  );
}

function Figure(props: { value: string; text: string }) {
  return (
    <span className={css.number}>
      <b>{props.value}</b>
      <span className={css.dim}>{props.text}</span>
    </span>
  );
}

/** The absolute threshold; a ratio's depends on the baseline and is not drawn. */
function thresholdOf(rule: Record<string, unknown>): number | null {
  const condition = rule.condition;
  if (typeof condition !== 'object' || condition === null || !('value' in condition)) return null;
  return typeof condition.value === 'number' && Number.isFinite(condition.value) ? condition.value : null;
}
