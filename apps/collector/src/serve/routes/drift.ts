import {
  DistributionOverTime,
  HeatMap,
  HistogramPair,
  SegmentList,
  VerdictKind,
  VerdictList,
} from '@leeway/contract';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import { distributionOverTime } from '../distribution.js';
import { coarseHistogram, fineBins } from '../histogram-bins.js';
import { ApiProblem } from '../problem.js';
import { judgeSegments } from '../segment-drift.js';
import { iso } from '../time.js';
import {
  answers,
  ModelParams,
  requireBaseline,
  requireModel,
  requireSignal,
  SliceQuery,
  sliceOf,
  type Typed,
} from './shared.js';

const MOST_VERDICTS = 20_000;
const whole = (fallback: number, max: number) => z.coerce.number().int().min(1).max(max).default(fallback);

export function addDriftRoutes(app: Typed, context: ServeContext): void {
  app.get(
    '/models/:model/verdicts',
    {
      schema: {
        tags: ['drift'],
        summary: 'Verdicts of windows that end in a range, newest first',
        params: ModelParams,
        querystring: SliceQuery.extend({
          signal: z.string().optional(),
          verdict: VerdictKind.optional(),
          limit: whole(1_000, MOST_VERDICTS),
        }),
        response: answers(VerdictList, 400, 404),
      },
    },
    async (request) => {
      const { model } = request.params;
      requireModel(context, model);
      const { signal, verdict, limit } = request.query;
      const slice = sliceOf(context, model, request.query);
      const found = await context.reads.verdicts({ ...slice, ...(signal && { signal }), limit });
      if (!verdict) return found;
      return { ...found, verdicts: found.verdicts.filter((one) => one.verdict === verdict) };
    },
  );

  app.get(
    '/models/:model/heatmap',
    {
      schema: {
        tags: ['drift'],
        summary: 'Signals by windows, worst signal first',
        params: ModelParams,
        querystring: SliceQuery.extend({ columns: whole(200, 2_000) }),
        response: answers(HeatMap, 400, 404),
      },
    },
    async (request) => {
      const { model } = request.params;
      requireModel(context, model);
      const slice = sliceOf(context, model, request.query);
      const [cells, markers] = await Promise.all([
        context.reads.heatMapCells({ ...slice, columns: request.query.columns }),
        context.reads.markers(model, slice),
      ]);
      return { ...cells, markers, window_ms: context.models.settings(model).window_ms };
    },
  );

  app.get(
    '/models/:model/histograms',
    {
      schema: {
        tags: ['drift'],
        summary: 'One signal: baseline and a slice of production on shared bins',
        params: ModelParams,
        querystring: SliceQuery.extend({ signal: z.string(), bins: whole(20, 100) }),
        response: answers(HistogramPair, 400, 404, 409),
      },
    },
    async (request) => {
      const { model } = request.params;
      const baseline = requireBaseline(context, model);
      const signal = requireSignal(baseline, request.query.signal);
      const slice = sliceOf(context, model, request.query);
      const [counts, { verdicts }] = await Promise.all([
        context.reads.counts(slice, baseline, [signal.signal]),
        context.reads.verdicts({ ...slice, signal: signal.signal, limit: 1 }),
      ]);
      const current = counts.get(signal.signal) ?? new Array<number>(signal.counts.length).fill(0);
      return {
        signal: signal.signal,
        kind: signal.kind,
        from: iso(slice.from),
        to: iso(slice.to),
        n_baseline: signal.rows,
        n_current: current.reduce((sum, count) => sum + count, 0),
        bins: coarseHistogram(signal, signal.counts, current, request.query.bins),
        fine: fineBins(signal, signal.counts, current),
        verdict: verdicts[0] ?? null,
      };
    },
  );

  app.get(
    '/models/:model/distribution',
    {
      schema: {
        tags: ['drift'],
        summary: 'One signal over time: quantiles or category shares of each bucket',
        params: ModelParams,
        querystring: SliceQuery.extend({ signal: z.string(), buckets: whole(60, 500) }),
        response: answers(DistributionOverTime, 400, 404, 409),
      },
    },
    async (request) => {
      const { model } = request.params;
      const baseline = requireBaseline(context, model);
      const signal = requireSignal(baseline, request.query.signal);
      const slice = sliceOf(context, model, request.query);
      const buckets = await context.reads.countsOverTime(
        slice,
        baseline,
        signal.signal,
        request.query.buckets,
      );
      return distributionOverTime(signal, buckets, (slice.to - slice.from) / request.query.buckets);
    },
  );

  app.get(
    '/models/:model/segments',
    {
      schema: {
        tags: ['drift'],
        summary: 'One signal by the values of a tag, most drifted first',
        params: ModelParams,
        querystring: SliceQuery.omit({ segment: true }).extend({
          signal: z.string(),
          tag: z.string().optional(),
        }),
        response: answers(SegmentList, 400, 404, 409),
      },
    },
    async (request) => {
      const { model } = request.params;
      const baseline = requireBaseline(context, model);
      const signal = requireSignal(baseline, request.query.signal);
      const settings = context.models.settings(model);
      const tags = request.query.tag ? [request.query.tag] : settings.segment_tags;
      if (request.query.tag && !settings.segment_tags.includes(request.query.tag))
        throw new ApiProblem(
          'invalid_request',
          `"${request.query.tag}" is not one of the model's segment tags (${settings.segment_tags.join(', ') || 'none'}). Add it with PUT /api/v1/models/{model}/settings {"segment_tags": […]}.`,
        );
      const slice = sliceOf(context, model, { ...request.query, segment: '' });
      const found = [];
      for (const tag of tags)
        found.push(...(await context.reads.countsBySegment(slice, baseline, signal.signal, tag)));
      return { signal: signal.signal, segments: judgeSegments(signal, found, settings) };
    },
  );
}
