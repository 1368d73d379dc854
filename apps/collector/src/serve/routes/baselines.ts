import { Baseline, BaselineSummary, ModelName } from '@leeway/contract';
import { z } from 'zod';
import { parseBaselineOptions } from '../baseline-options.js';
import type { ServeContext } from '../context.js';
import { ApiProblem } from '../problem.js';
import { receiveUpload, registerMultipart } from '../upload.js';
import { answers, failures, ModelParams, type Typed } from './shared.js';

const BaselineList = z.object({ baselines: z.array(BaselineSummary) });
const IdParams = z.object({ id: z.string().min(1).max(200) });

export function addBaselineRoutes(app: Typed, context: ServeContext): void {
  app.get(
    '/baselines',
    {
      schema: {
        tags: ['baselines'],
        summary: 'Baselines, newest first',
        querystring: z.object({ model: ModelName.optional() }),
        response: answers(BaselineList),
      },
    },
    async (request) => ({ baselines: context.baselines.list(request.query.model) }),
  );

  app.get(
    '/baselines/:id',
    {
      schema: {
        tags: ['baselines'],
        summary: 'One baseline with the bins and counts of each signal',
        params: IdParams,
        response: answers(Baseline, 404),
      },
    },
    async (request) => {
      const baseline = context.baselines.get(request.params.id);
      if (baseline) return baseline;
      throw notFound(request.params.id);
    },
  );

  app.post(
    '/baselines/:id/activate',
    {
      schema: {
        tags: ['baselines'],
        summary:
          'Compare with this baseline from now on; retained events are counted again in the background',
        params: IdParams,
        response: answers(BaselineSummary, 404),
      },
    },
    async (request) => {
      if (context.baselines.get(request.params.id) === null) throw notFound(request.params.id);
      const summary = await context.baselines.activate(request.params.id);
      context.stream.publish({ kind: 'baselines', model: summary.model });
      return summary;
    },
  );

  app.register(async (scope) => {
    await registerMultipart(scope, context.http.uploadLimit);
    scope.post(
      '/models/:model/baselines',
      {
        bodyLimit: context.http.uploadLimit,
        schema: {
          tags: ['baselines'],
          summary: 'Make a baseline of training data',
          description:
            'multipart/form-data with `file` (Parquet, CSV or NDJSON, told by its name) and `options` (JSON: which ' +
            'column is the timestamp, prediction, label, score, latency; what to exclude; kinds; importance). Each option ' +
            'may be a field of its own instead, e.g. `timestamp=at`, `exclude=id,name`.',
          consumes: ['multipart/form-data'],
          params: ModelParams,
          response: { 201: BaselineSummary, ...failures(400, 413, 415, 422) },
        },
      },
      async (request, reply) => {
        const { model } = ModelParams.parse(request.params);
        const upload = await receiveUpload(request, context.http.uploadDir);
        try {
          const summary = await context.baselines.create(
            model,
            upload.file,
            parseBaselineOptions(upload.fields),
          );
          context.stream.publish({ kind: 'baselines', model });
          reply.code(201);
          return summary;
        } finally {
          await upload.remove();
        }
      },
    );
  });
}

function notFound(id: string): ApiProblem {
  return new ApiProblem(
    'baseline_not_found',
    `There is no baseline "${id}"; GET /api/v1/baselines lists them.`,
  );
}
