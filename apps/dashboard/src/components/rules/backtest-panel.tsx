'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { modelsQuery } from '../../lib/queries';
import { DEFAULT_RANGE, PRESETS } from '../../lib/range';
import { Button } from '../ui/button';
import { Field, Input, Select } from '../ui/field';
import { ErrorState, Skeleton } from '../ui/states';
import { modelToTry } from './model-to-try';
import { backtest } from './queries';
import css from './rules.module.css';

// The chart comes with the first answer.
const BacktestOutcome = dynamic(() => import('./backtest-outcome'), {
  ssr: false,
  loading: () => <Skeleton height={220} />,
});

type Tried = { rule: Record<string, unknown>; signal: string; model: string; from: string };

/** Runs the rule as typed over stored history. The answer stays on screen, marked, when the rule is changed after. */
export default function BacktestPanel(props: {
  rule: Record<string, unknown>;
  signal: string;
  /** Pattern of the models that the rule watches. */
  watches: string;
  sound: boolean;
}) {
  const models = useQuery(modelsQuery(DEFAULT_RANGE));
  const [model, setModel] = useState<string | null>(null);
  const [from, setFrom] = useState('now-7d');
  const chosen = model ?? modelToTry(models.data?.models ?? [], props.watches);
  const run = useMutation({
    mutationFn: (tried: Tried) =>
      backtest({ rule: tried.rule, model: tried.model, from: tried.from, to: 'now' }),
  });
  const changed =
    run.variables !== undefined &&
    JSON.stringify(run.variables) !==
      JSON.stringify({ rule: props.rule, signal: props.signal, model: chosen, from });
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
          onClick={() => run.mutate({ rule: props.rule, signal: props.signal, model: chosen, from })}
        >
          {run.isPending ? 'Running…' : 'Run'}
        </Button>
      </div>
      {run.isPending ? <Skeleton height={220} label="Running the rule over stored history" /> : null}
      {run.isError ? <ErrorState error={run.error} /> : null}
      {run.data ? (
        <>
          {changed ? <p className={css.dim}>The rule has changed since; run it again.</p> : null}
          <BacktestOutcome result={run.data} rule={run.variables.rule} signal={run.variables.signal} />
        </>
      ) : run.isIdle ? (
        <p className={css.dim}>
          {props.sound ? 'Nothing is sent and nothing is stored.' : 'It can run once every field is sound.'}
        </p>
      ) : null}
    </>
  );
}
