import { DeadLetter, DeadLetterList, StatusReport } from '@leeway/contract';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import { problemTable } from '../errors.js';
import { ApiProblem } from '../problem.js';
import { iso } from '../time.js';
import { answers, type Typed } from './shared.js';

const MIB = 1_048_576;
const NOTHING_INGESTED: StatusReport['ingest'] = {
  state: 'stopped',
  detail: 'this process has no ingest role',
  events_per_second: 0,
  events_total: 0,
  rejected_total: 0,
  dead_letters: 0,
  data_quality: [],
  kafka: null,
};
const NOTHING_EVALUATED: StatusReport['evaluate'] = {
  last_run: null,
  last_ms: null,
  windows: 0,
  verdicts: 0,
  backlog: 0,
};

export function addSystemRoutes(app: Typed, context: ServeContext): void {
  app.get(
    '/status',
    { schema: { tags: ['system'], summary: "The collector's own state", response: answers(StatusReport) } },
    async () => status(context),
  );

  app.get(
    '/dead-letters',
    {
      schema: {
        tags: ['system'],
        summary: 'What could not be taken, newest first',
        description: 'Payloads are cut to 12 KiB here; one letter by its id has them whole.',
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(1_000).default(100),
          cursor: z.string().max(2_048).optional(),
          code: z.string().max(64).optional(),
          stage: z.enum(['decode', 'validate', 'store']).optional(),
          source: z.string().max(512).optional(),
        }),
        response: answers(DeadLetterList, 400),
      },
    },
    async (request) => context.reads.deadLetters(request.query),
  );

  app.get(
    '/dead-letters/:id',
    {
      schema: {
        tags: ['system'],
        summary: 'One dead letter with all its original bytes',
        params: z.object({ id: z.string().min(1).max(1_024) }),
        response: answers(DeadLetter, 404),
      },
    },
    async (request) => {
      const { id } = request.params;
      const letter = await context.reads.deadLetter(id);
      if (letter) return letter;
      throw new ApiProblem('not_found', `There is no dead letter ${id}; GET /dead-letters lists them.`);
    },
  );

  app.get(
    '/problems',
    {
      schema: {
        tags: ['system'],
        summary: 'Every problem code of this API',
        response: answers(
          z.object({
            problems: z.array(z.object({ code: z.string(), status: z.number(), title: z.string() })),
          }),
        ),
      },
    },
    async () => ({ problems: problemTable() }),
  );

  app.get(
    '/stream',
    {
      schema: {
        tags: ['system'],
        summary: 'Live changes as server-sent events',
        description:
          'Each message names what changed (verdicts, alerts, baselines, ingest, models) and for which model.',
        produces: ['text/event-stream'],
      },
    },
    async (_request, reply) => {
      if (!context.stream.join(reply.raw))
        throw new ApiProblem(
          'too_many_streams',
          'Too many live streams are open (LEEWAY_STREAM_CLIENTS); poll the API instead.',
          undefined,
          { 'retry-after': '10' },
        );
      reply.hijack();
    },
  );
}

async function status(context: ServeContext): Promise<StatusReport> {
  const [health, tables] = await Promise.all([context.store.check(), context.reads.tables().catch(() => [])]);
  const { rules = 0, firing = 0, pending = 0 } = context.alerts ?? {};
  return {
    version: context.version,
    started_at: iso(context.startedAt),
    now: iso(context.now()),
    store: { mode: context.store.mode, ...health, tables },
    ingest: context.ingest?.status() ?? NOTHING_INGESTED,
    evaluate: context.evaluate?.status() ?? NOTHING_EVALUATED,
    alerts: { rules, firing, pending },
    memory_mib: Math.round(process.memoryUsage.rss() / MIB),
    loop_lag_p99_ms: context.metrics.loopLagMs(),
  };
}
