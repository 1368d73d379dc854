import {
  type Baseline,
  type ModelSettings,
  SERIES_METRICS,
  type Series,
  SeriesList,
  type SeriesMetric,
} from '@leeway/contract';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import type { SliceKey } from '../ports.js';
import { ApiProblem } from '../problem.js';
import { costSeries, thresholdsOf } from '../series-parts.js';
import { answers, ModelParams, requireModel, SliceQuery, sliceOf, type Typed } from './shared.js';

const MOST_METRICS = 12;
const SIGNAL_METRICS: ReadonlySet<SeriesMetric> = new Set([
  'psi',
  'ks',
  'js',
  'missing',
  'out_of_range',
  'unseen',
]);

const SeriesQuery = SliceQuery.extend({
  /** One metric or several, separated by commas. */
  metric: z.string().max(500),
  signal: z.string().optional(),
  points: z.coerce.number().int().min(2).max(5_000).default(500),
});

export function addSeriesRoutes(app: Typed, context: ServeContext): void {
  app.get(
    '/models/:model/series',
    {
      schema: {
        tags: ['models'],
        summary: 'Metrics over time, as envelopes of at most `points` buckets',
        description: `Metrics: ${SERIES_METRICS.join(', ')}. psi, ks, js, missing, out_of_range and unseen are per \`signal\`.`,
        params: ModelParams,
        querystring: SeriesQuery,
        response: answers(SeriesList, 400, 404),
      },
    },
    async (request) => {
      const { model } = request.params;
      requireModel(context, model);
      const { signal, points } = request.query;
      const metrics = parseMetrics(request.query.metric);
      const slice = sliceOf(context, model, request.query);
      const settings = context.models.settings(model);
      const baseline = context.baselines.active(model);
      const series: Series[] = [];
      for (const metric of metrics)
        series.push(await one(context, { slice, metric, signal, points, settings, baseline }));
      return { series, markers: await context.reads.markers(model, slice) };
    },
  );
}

function parseMetrics(text: string): SeriesMetric[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(SERIES_METRICS as readonly string[]).includes(name));
  if (unknown !== undefined || names.length > MOST_METRICS)
    throw new ApiProblem(
      'invalid_request',
      unknown === undefined
        ? `At most ${MOST_METRICS} metrics in one request.`
        : `"${unknown}" is no metric. Known: ${SERIES_METRICS.join(', ')}.`,
    );
  return names as SeriesMetric[];
}

async function one(
  context: ServeContext,
  ask: {
    slice: SliceKey;
    metric: SeriesMetric;
    signal: string | undefined;
    points: number;
    settings: ModelSettings;
    baseline: Baseline | null;
  },
): Promise<Series> {
  const { slice, metric, points, settings, baseline } = ask;
  const signal = SIGNAL_METRICS.has(metric) ? ask.signal : undefined;
  const thresholds = thresholdsOf(metric, settings, baseline);
  if (metric === 'cost') {
    const input = await context.reads.series({ ...slice, metric: 'tokens_input', points });
    const output = await context.reads.series({ ...slice, metric: 'tokens_output', points });
    return { ...costSeries(input, output, settings), thresholds };
  }
  const found = await context.reads.series({ ...slice, metric, points, ...(signal && { signal }) });
  return { ...found, thresholds };
}
