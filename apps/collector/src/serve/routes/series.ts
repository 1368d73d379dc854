import { type Marker, SERIES_METRICS, type Series, SeriesList, type SeriesMetric } from '@leeway/contract';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import { createKeptAnswers } from '../kept-answers.js';
import { ApiProblem } from '../problem.js';
import { costSeries, thresholdsOf } from '../series-parts.js';
import { answers, ModelParams, requireModel, SliceQuery, sliceOf, type Typed } from './shared.js';

const MOST_METRICS = 20;
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
  points: z.coerce.number().int().min(2).max(1_000).default(500),
});

/** Answers with ranks that are kept for a while where they took long. */
const KEPT = 16;

export function addSeriesRoutes(app: Typed, context: ServeContext): void {
  const kept = createKeptAnswers<[Omit<Series, 'thresholds'>[], Marker[]]>(KEPT, context.now);
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
      const ask = () =>
        Promise.all([
          context.reads.series({
            ...slice,
            metrics: [...new Set(metrics.flatMap(sourcesOf))],
            points,
            ...(signal && metrics.some((metric) => SIGNAL_METRICS.has(metric)) && { signal }),
          }),
          context.reads.markers(model, slice),
        ]);
      // Ranks are joined event by event. The key holds the range as it was written (`now-24h`), which moves on.
      const [found, markers] = await (metrics.includes('auc') ? kept(request.url, ask) : ask());
      const byMetric = new Map(found.map((one) => [one.metric, one]));
      const series = metrics.map(
        (metric): Series => ({
          ...(metric === 'cost'
            ? costSeries(byMetric.get('tokens_input')!, byMetric.get('tokens_output')!, settings)
            : byMetric.get(metric)!),
          thresholds: thresholdsOf(metric, settings, baseline),
        }),
      );
      return { series, markers };
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

/** Stored series that a metric is made of. */
function sourcesOf(metric: SeriesMetric): SeriesMetric[] {
  return metric === 'cost' ? ['tokens_input', 'tokens_output'] : [metric];
}
