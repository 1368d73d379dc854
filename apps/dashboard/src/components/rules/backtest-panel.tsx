'use client';

import type { BacktestResult } from '@leeway/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { count, span } from '../../lib/format';
import { modelsQuery, seriesQuery } from '../../lib/queries';
import { DEFAULT_RANGE, PRESETS } from '../../lib/range';
import { metricOfRule } from '../incidents/prepare';
import { Button } from '../ui/button';
import { ChartFrame } from '../ui/chart-frame';
import { Field, Input, Select } from '../ui/field';
import { ErrorState, Skeleton } from '../ui/states';
import { BacktestChart } from './backtest-chart';
import { backtestTable } from './backtest-drawing';
import { isPerSignal } from './form-values';
import { backtest } from './queries';
import css from './rules.module.css';

type Tried = { rule: Record<string, unknown>; model: string; from: string };

/** Runs the rule as typed over stored history. The answer stays on screen, marked, when the rule is changed after. */
export default function BacktestPanel(props: {
  rule: Record<string, unknown>;
  signal: string;
  sound: boolean;
}) {
  const models = useQuery(modelsQuery(DEFAULT_RANGE));
  const [model, setModel] = useState<string | null>(null);
  const [from, setFrom] = useState('now-7d');
  const chosen = model ?? models.data?.models[0]?.model ?? '';
  const run = useMutation({
    mutationFn: (tried: Tried) =>
      backtest({ rule: tried.rule, model: tried.model, from: tried.from, to: 'now' }),
  });
  const changed =
    run.variables !== undefined &&
    JSON.stringify(run.variables) !== JSON.stringify({ rule: props.rule, model: chosen, from });
  return (
    <>
      <div className={css.run}>
        <Field label="Model">
          {(ids) => (
            <Input
              {...ids}
              list="backtest-models"
              spellCheck={false}
              value={chosen}
              onChange={(event) => setModel(event.target.value)}
            />
          )}
        </Field>
        <datalist id="backtest-models">
          {models.data?.models.slice(0, 500).map(({ model: name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Field label="Over">
          {(ids) => (
            <Select {...ids} value={from} onChange={(event) => setFrom(event.target.value)}>
              {PRESETS.slice(2).map((preset) => (
                <option key={preset.label} value={preset.range.from}>
                  {preset.label.toLowerCase()}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button
          disabled={!props.sound || chosen === '' || run.isPending}
          onClick={() => run.mutate({ rule: props.rule, model: chosen, from })}
        >
          {run.isPending ? 'Running…' : 'Run'}
        </Button>
      </div>
      {run.isPending ? <Skeleton height={220} label="Running the rule over stored history" /> : null}
      {run.isError ? <ErrorState error={run.error} /> : null}
      {run.data ? (
        <>
          {changed ? <p className={css.dim}>The rule has changed since; run it again.</p> : null}
          <Outcome
            result={run.data}
            rule={run.variables.rule}
            signal={props.signal}
            from={run.variables.from}
          />
        </>
      ) : run.isIdle ? (
        <p className={css.dim}>
          {props.sound ? 'Nothing is sent and nothing is stored.' : 'It can run once every field is sound.'}
        </p>
      ) : null}
    </>
  );
}

function Outcome(props: {
  result: BacktestResult;
  rule: Record<string, unknown>;
  signal: string;
  from: string;
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
          title={signal ? `Backtest, with ${signal}` : 'Backtest'}
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
