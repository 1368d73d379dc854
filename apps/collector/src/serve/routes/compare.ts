import {
  type Baseline,
  type BaselineSignal,
  type ComparedHistogram,
  type Slice,
  SliceComparison,
} from '@leeway/contract';
import { total } from '@leeway/stats';
import { z } from 'zod';
import { type Counts, compareCounts } from '../compare.js';
import type { ServeContext } from '../context.js';
import { coarseHistogram, fineBins } from '../histogram-bins.js';
import { ApiProblem } from '../problem.js';
import { rebin } from '../rebin.js';
import { parseRange } from '../time.js';
import { answers, ModelParams, requireBaseline, requireModel, requireSignal, type Typed } from './shared.js';

/** Bins of a drawn histogram, about. */
const HISTOGRAM_BINS = 20;

const time = z.string().max(64).optional();
const side = {
  baseline: z.string().optional(),
  version: z.string().optional(),
  segment: z.string().optional(),
  from: time,
  to: time,
};
const CompareQuery = z.object({
  a_baseline: side.baseline,
  a_version: side.version,
  a_segment: side.segment,
  a_from: side.from,
  a_to: side.to,
  b_baseline: side.baseline,
  b_version: side.version,
  b_segment: side.segment,
  b_from: side.from,
  b_to: side.to,
  signal: z.string().optional(),
});

export function addCompareRoutes(app: Typed, context: ServeContext): void {
  app.get(
    '/models/:model/compare',
    {
      schema: {
        tags: ['drift'],
        summary: 'Any two of version, segment, time range and baseline',
        description:
          'Each side is a slice of production (`a_from`, `a_to`, `a_version`, `a_segment`; the last 24 hours when left ' +
          'out) or a training reference (`a_baseline`, an id or `active`). Nothing on side a means the active baseline. ' +
          '`signal` names one whose bins come along, to be drawn.',
        params: ModelParams,
        querystring: CompareQuery,
        response: answers(SliceComparison, 400, 404, 409),
      },
    },
    async (request) => {
      const started = performance.now();
      const { model } = request.params;
      requireModel(context, model);
      const active = requireBaseline(context, model);
      const a = sliceFrom(request.query, 'a');
      const b = sliceFrom(request.query, 'b');
      const asked = Object.keys(a).length === 0 ? { baseline: 'active' } : a;
      // Production is counted on the active baseline's bins. Two baselines meet on those of the first, so that only the
      // second has to be spread over bins that aren't its own.
      const named = [asked, b].map(({ baseline }) => baseline && baselineOf(context, active, baseline));
      const basis = (named[0] && named[1] && named[0]) || active;
      const [left, right] = await Promise.all([
        countsOf(context, model, { basis, active }, asked, 'a'),
        countsOf(context, model, { basis, active }, b, 'b'),
      ]);
      const compared = compareCounts(basis, left.counts, right.counts, context.models.settings(model));
      const { signal } = request.query;
      return {
        ...compared,
        histogram:
          signal === undefined ? null : drawn(requireSignal(basis, signal), left.counts, right.counts),
        a: left.slice,
        b: right.slice,
        took_ms: Math.round((performance.now() - started) * 10) / 10,
      };
    },
  );
}

function sliceFrom(query: z.infer<typeof CompareQuery>, name: 'a' | 'b'): Slice {
  const fields = ['baseline', 'version', 'segment', 'from', 'to'] as const;
  return Object.fromEntries(
    fields.flatMap((field) =>
      query[`${name}_${field}`] === undefined ? [] : [[field, query[`${name}_${field}`]]],
    ),
  );
}

/** One signal of both sides, as a histogram. */
function drawn(signal: BaselineSignal, a: Counts, b: Counts): ComparedHistogram {
  const empty = new Array<number>(signal.counts.length).fill(0);
  const [left, right] = [a.get(signal.signal) ?? empty, b.get(signal.signal) ?? empty];
  return {
    signal: signal.signal,
    kind: signal.kind,
    n_baseline: Math.round(total(left)),
    n_current: Math.round(total(right)),
    bins: coarseHistogram(signal, left, right, HISTOGRAM_BINS),
    fine: fineBins(signal, left, right),
  };
}

function baselineOf(context: ServeContext, active: Baseline, id: string): Baseline | null {
  return id === 'active' ? active : context.baselines.get(id);
}

/** Counts of one side on the bins of `basis`; of production on those of the active baseline, which it then is. */
async function countsOf(
  context: ServeContext,
  model: string,
  { basis, active }: { basis: Baseline; active: Baseline },
  slice: Slice,
  name: string,
) {
  if (slice.baseline !== undefined) {
    if (slice.from ?? slice.to ?? slice.version ?? slice.segment)
      throw new ApiProblem(
        'invalid_request',
        `Side "${name}" names a baseline and a slice of production; it can be only one of them.`,
      );
    const baseline = baselineOf(context, active, slice.baseline);
    if (!baseline)
      throw new ApiProblem(
        'baseline_not_found',
        `There is no baseline "${slice.baseline}" (side "${name}").`,
      );
    return { slice: { baseline: baseline.id }, counts: rebin(baseline, basis) };
  }
  const range = parseRange(
    { from: slice.from ?? 'now-24h', to: slice.to ?? 'now' },
    context.now(),
    `${name}_`,
  );
  const key = {
    model,
    ...range,
    segment: slice.segment ?? '',
    ...(slice.version && { version: slice.version }),
  };
  const whole = {
    ...slice,
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
  };
  return { slice: whole, counts: await context.reads.counts(key, basis) };
}
