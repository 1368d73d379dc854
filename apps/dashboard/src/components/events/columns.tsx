import type { Baseline, StoredEvent } from '@leeway/contract';
import { milliseconds, shorten } from '../../lib/format';
import type { Column } from '../ui/data-table';
import { Moment } from '../ui/moment';
import css from './events.module.css';
import { FitMark } from './fit-mark';
import { isMissing, predictionText, rangeText, signalOf, valueText } from './prepare';

/** Time, who made it, the chosen features (the first with its place in the baseline), and what came of it. */
export function eventColumns(features: readonly string[], baseline: Baseline | null): Column<StoredEvent>[] {
  return [
    {
      id: 'ts',
      header: 'Time',
      cell: (event) => <Moment at={event.ts} form="absolute" />,
    },
    { id: 'id', header: 'Id', wide: true, cell: (event) => <span className={css.mono}>{event.id}</span> },
    { id: 'version', header: 'Version', wide: true, cell: (event) => event.version },
    ...features.map((name, index) => featureColumn(name, index, baseline)),
    {
      id: 'prediction',
      header: 'Prediction',
      align: 'end',
      wide: true,
      cell: (event) => predictionText(event.prediction),
    },
    {
      id: 'label',
      header: 'Label',
      align: 'end',
      wide: true,
      cell: (event) =>
        event.label === null ? <span className={css.dim}>none yet</span> : valueText(event.label),
    },
    {
      id: 'latency',
      header: 'Latency',
      align: 'end',
      wide: true,
      cell: (event) => milliseconds(event.latency_ms),
    },
    {
      id: 'error',
      header: 'Error',
      wide: true,
      cell: (event) =>
        event.error === null ? '' : <span className={css.error}>{event.error || 'failed'}</span>,
    },
    {
      id: 'tags',
      header: 'Tags',
      wide: true,
      cell: (event) => (
        <span className={css.dim}>
          {Object.entries(event.tags)
            .map(([tag, value]) => `${tag}=${value}`)
            .join(' ')}
        </span>
      ),
    },
  ];
}

function featureColumn(name: string, index: number, baseline: Baseline | null): Column<StoredEvent> {
  const signal = baseline ? signalOf(baseline.signals, name) : null;
  return {
    id: `feature ${name}`,
    header: shorten(name, 40),
    title: signal ? `${name}, baseline ${rangeText(signal)}` : name,
    align: 'end',
    // A phone has room for the one that matters.
    wide: index > 0,
    cell: (event) => {
      const value = event.features[name];
      const text = valueText(value);
      const shown = isMissing(value) ? <span className={css.dim}>missing</span> : text;
      return signal ? (
        <span className={css.value}>
          <span title={text}>{shown}</span>
          <FitMark value={value} signal={signal} />
        </span>
      ) : (
        <span title={text}>{shown}</span>
      );
    },
  };
}
