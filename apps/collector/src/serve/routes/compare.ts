import { type Baseline, type Slice, SliceComparison } from '@leeway/contract';
import { z } from 'zod';
import { compareCounts } from '../compare.js';
import type { ServeContext } from '../context.js';
import { ApiProblem } from '../problem.js';
import { rebin } from '../rebin.js';
import { parseRange } from '../time.js';
import { answers, ModelParams, requireBaseline, requireModel, type Typed } from './shared.js';

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
          'out) or a training reference (`a_baseline`, an id or `active`). Nothing on side a means the active baseline.',
        params: ModelParams,
        querystring: CompareQuery,
        response: answers(SliceComparison, 400, 404, 409),
      },
    },
    async (request) => {
      const started = performance.now();
      const { model } = request.params;
      requireModel(context, model);
      const basis = requireBaseline(context, model);
      const a = sliceFrom(request.query, 'a');
      const b = sliceFrom(request.query, 'b');
      const asked = Object.keys(a).length === 0 ? { baseline: 'active' } : a;
      const [left, right] = [
        await countsOf(context, model, basis, asked, 'a'),
        await countsOf(context, model, basis, b, 'b'),
      ];
      const compared = compareCounts(basis, left.counts, right.counts, context.models.settings(model));
      return {
        ...compared,
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

/** Counts of one side on the active baseline's bins. */
async function countsOf(context: ServeContext, model: string, basis: Baseline, slice: Slice, name: string) {
  if (slice.baseline !== undefined) {
    if (slice.from ?? slice.to ?? slice.version ?? slice.segment)
      throw new ApiProblem(
        'invalid_request',
        `Side "${name}" names a baseline and a slice of production; it can be only one of them.`,
      );
    const baseline = slice.baseline === 'active' ? basis : context.baselines.get(slice.baseline);
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
