import { Moment } from '@leeway/contract';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import { iso, parseRange } from '../time.js';
import { passOn } from './forwarded.js';
import { answers, ModelParams, requireModel, type Typed } from './shared.js';

/** A repair over a month of events takes minutes. */
const REPAIR_LIMIT_MS = 30 * 60_000;

/** What an audit found: minutes whose counts differ from their events. */
export const AuditAnswer = z.object({
  model: z.string(),
  from: Moment,
  to: Moment,
  minutes: z.number().int(),
  wrong_minutes: z.number().int(),
  repaired: z.number().int(),
});

const Ask = z.object({
  from: z.string().max(64).default('now-24h'),
  to: z.string().max(64).default('now'),
  repair: z.boolean().default(false),
});

export function addVerifyRoutes(app: Typed, context: ServeContext): void {
  app.post(
    '/models/:model/verify',
    {
      schema: {
        tags: ['system'],
        summary: 'Compare counts with events, and make them agree with `repair`',
        params: ModelParams,
        body: Ask,
        response: answers(AuditAnswer, 400, 404, 503),
      },
    },
    async (request, reply) => {
      const { model } = request.params;
      requireModel(context, model);
      const range = parseRange(request.body, context.now());
      // Windows whose counts change are judged again, which only the process that evaluates can do.
      if (request.body.repair && context.evaluate === null && context.evaluateUrl !== null)
        return passOn(context, request, reply, REPAIR_LIMIT_MS);
      const report = await context.audit(model, range, request.body.repair);
      if (report.repaired > 0) context.stream.publish({ kind: 'verdicts', model });
      return {
        model,
        from: iso(report.from),
        to: iso(report.to),
        minutes: report.minutes,
        wrong_minutes: report.wrongMinutes,
        repaired: report.repaired,
      };
    },
  );
}
