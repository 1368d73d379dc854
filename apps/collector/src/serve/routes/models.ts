import { ModelDetail, ModelList, ModelSettings, Moment, SignalList, type Verdict } from '@leeway/contract';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import { createKeptAnswers } from '../kept-answers.js';
import { summarise } from '../model-summary.js';
import type { Range, SummaryFigures, WorstVerdict } from '../ports.js';
import { ApiProblem } from '../problem.js';
import { iso, parseRange, parseTime } from '../time.js';
import { answers, ModelParams, requireModel, SliceQuery, type Typed } from './shared.js';

const NO_ALERTS = { firing: 0, pending: 0 };

/** Settings that may be changed: any of them, checked together with the others. */
const SettingsChange = ModelSettings.partial().extend({ author: z.string().max(200).optional() });
const Deploy = z.object({
  at: z.string().max(64).optional(),
  version: z.string().max(200).nullish(),
  text: z.string().min(1).max(500),
});

/** What the store knows of models over a range. */
interface Figures {
  summaries: ReadonlyMap<string, SummaryFigures>;
  worst: ReadonlyMap<string, WorstVerdict>;
}

/** Fleets and models by range whose figures are kept for a while. */
const KEPT = 32;

export function addModelRoutes(app: Typed, context: ServeContext): void {
  const kept = createKeptAnswers<Figures>(KEPT, context.now);

  app.get(
    '/models',
    {
      schema: {
        tags: ['models'],
        summary: 'Every model with its state',
        querystring: SliceQuery.pick({ from: true, to: true }),
        response: answers(ModelList, 400),
      },
    },
    async (request) => {
      const range = parseRange(request.query, context.now());
      const models = context.models.list();
      const { from, to } = request.query;
      // The key holds the range as it was written (`now-24h`), which moves on.
      const { summaries, worst } = await kept(`${from}|${to}`, () => figuresOf(context, range, models));
      const now = context.now();
      return {
        models: models.map((model) =>
          summaryOf(context, { model, range, now }, summaries.get(model), worst.get(model)),
        ),
        now: iso(now),
      };
    },
  );

  app.get(
    '/models/:model',
    {
      schema: {
        tags: ['models'],
        summary: 'One model, its settings and segments',
        params: ModelParams,
        querystring: SliceQuery.pick({ from: true, to: true }),
        response: answers(ModelDetail, 400, 404),
      },
    },
    async (request) => {
      const { model } = request.params;
      requireModel(context, model);
      const range = parseRange(request.query, context.now());
      const now = context.now();
      const { from, to } = request.query;
      const [{ summaries, worst }, segments] = await Promise.all([
        kept(`${from}|${to}|${model}`, () => figuresOf(context, range, [model])),
        context.reads.segments(model),
      ]);
      const summary = summaryOf(context, { model, range, now }, summaries.get(model), worst.get(model));
      const first = summaries.get(model)?.firstEvent ?? null;
      return {
        ...summary,
        settings: context.models.settings(model),
        segments,
        first_event: first === null ? null : iso(first),
        notes: context.baselines.active(model)?.warnings ?? [],
      };
    },
  );

  app.put(
    '/models/:model/settings',
    {
      schema: {
        tags: ['models'],
        summary: 'Change how a model is watched',
        params: ModelParams,
        body: SettingsChange,
        response: answers(ModelSettings, 400, 404),
      },
    },
    async (request) => {
      const { model } = request.params;
      const { author, ...change } = request.body;
      const problem = settingsProblem({ ...context.models.settings(model), ...change });
      if (problem) throw new ApiProblem('invalid_request', problem.message, [problem]);
      const saved = await context.models.saveSettings(model, change, author ?? 'api');
      context.stream.publish({ kind: 'models', model });
      return saved;
    },
  );

  app.post(
    '/models/:model/deploys',
    {
      schema: {
        tags: ['models'],
        summary: 'Mark a deploy on the time axis',
        params: ModelParams,
        body: Deploy,
        response: answers(z.object({ at: Moment }), 400),
      },
    },
    async (request) => {
      const { at: text = 'now', version = null, text: what } = request.body;
      const at = parseTime(text, context.now());
      if (at === null)
        throw new ApiProblem('invalid_time', `"at" is "${text}"; write RFC 3339 or leave it out.`);
      await context.changes.deploy({ model: request.params.model, at, version, text: what });
      return { at: iso(at) };
    },
  );

  app.get(
    '/models/:model/signals',
    {
      schema: {
        tags: ['models'],
        summary: 'Signals of a model with their newest verdict',
        params: ModelParams,
        querystring: SliceQuery.pick({ version: true, segment: true }),
        response: answers(SignalList, 404),
      },
    },
    async (request) => {
      const { model } = request.params;
      requireModel(context, model);
      const { version, segment } = request.query;
      return { signals: await signalList(context, model, version, segment) };
    },
  );
}

async function figuresOf(context: ServeContext, range: Range, models: readonly string[]): Promise<Figures> {
  const [summaries, worst] = await Promise.all([
    context.reads.summaries(range, models),
    context.reads.worstVerdicts(models, context.now()),
  ]);
  return { summaries, worst };
}

function summaryOf(
  context: ServeContext,
  ask: { model: string; range: Range; now: number },
  figures: SummaryFigures | undefined,
  worst: WorstVerdict | undefined,
) {
  const { model } = ask;
  return summarise({
    ...ask,
    settings: context.models.settings(model),
    baseline: context.baselines.active(model),
    figures,
    worst: worst ?? null,
    alerts: context.alerts?.ofModel(model) ?? NO_ALERTS,
  });
}

/** What makes settings contradict each other or what the store can answer; null when they are fine. */
export function settingsProblem(
  settings: ModelSettings,
): { path: string; code: string; message: string } | null {
  const problem = (field: keyof ModelSettings, message: string) => ({
    path: `$.${field}`,
    code: 'invalid',
    message: `${field}: ${message}`,
  });
  for (const field of ['window_ms', 'step_ms'] as const)
    if (settings[field] < 60_000 || settings[field] % 60_000 !== 0)
      return problem(
        field,
        `${settings[field]} ms is not a whole number of minutes; histograms are counted per minute, so use 60000 or a multiple.`,
      );
  if (settings.step_ms > settings.window_ms)
    return problem(
      'step_ms',
      'a step longer than the window would leave events unjudged; make it at most window_ms.',
    );
  if (settings.window_ms % settings.step_ms !== 0)
    return problem('window_ms', 'must be a multiple of step_ms, so that windows share their buckets.');
  if (settings.significant < settings.moderate)
    return problem('significant', 'must be at least as large as moderate.');
  return null;
}

async function signalList(
  context: ServeContext,
  model: string,
  version: string | undefined,
  segment: string,
) {
  const latest = new Map<string, Verdict>();
  for (const verdict of await context.reads.latestVerdicts(model, version, segment))
    latest.set(verdict.signal, verdict);
  const baseline = context.baselines.active(model);
  const known = (baseline?.signals ?? []).map(({ signal, kind, role, importance }) => ({
    signal,
    kind,
    role,
    in_baseline: true,
    importance,
    latest: latest.get(signal) ?? null,
  }));
  const names = new Set(known.map(({ signal }) => signal));
  const others = [...latest.values()]
    .filter(({ signal }) => !names.has(signal))
    .map((verdict) => ({
      signal: verdict.signal,
      kind: verdict.kind,
      role: verdict.role,
      in_baseline: false,
      importance: null,
      latest: verdict,
    }));
  return [...known, ...others];
}
