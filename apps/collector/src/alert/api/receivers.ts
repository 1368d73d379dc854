import { randomUUID } from 'node:crypto';
import { DeliveryList, ReceiverList, type ReceiverStatus, ReceiverTest } from '@leeway/contract';
import { z } from 'zod';
import { describeDelivery } from '../deliver/outbox.js';
import { testMessage } from '../notify/message.js';
import { AlertProblem } from '../problem.js';
import { targetOf } from '../receivers/index.js';
import type { RoomParts } from '../room.js';
import { type AlertRoute, route } from './route.js';

/** Receivers with their health, test messages, and what was delivered. */
export function receiverRoutes({ deps, notifier, settings }: RoomParts): AlertRoute[] {
  return [
    route({
      method: 'GET',
      path: '/receivers',
      summary: 'Receivers, where they send and how they do',
      response: ReceiverList,
      handle: () => ({
        receivers: notifier.config.receivers.map((receiver): ReceiverStatus => {
          const shared = { name: receiver.name, kind: receiver.kind, target: targetOf(receiver) };
          const mirror = notifier.mirror(receiver.name);
          if (mirror) {
            const health = mirror.failures > 0 ? 'failing' : mirror.lastOkAt === null ? 'idle' : 'ok';
            const last_error = mirror.failures > 0 ? mirror.lastError : null;
            const { last } = notifier.outbox.status(receiver.name);
            const last_delivery = last && describeDelivery(last);
            return { ...shared, health, last_error, queued: mirror.queued, last_delivery };
          }
          const { health, lastError, queued, last } = notifier.outbox.status(receiver.name);
          return {
            ...shared,
            health,
            last_error: lastError,
            queued,
            last_delivery: last && describeDelivery(last),
          };
        }),
        problems: [
          ...settings.configProblems.map(
            (p) => `${p.line === null ? '' : `line ${p.line}: `}${p.field}: ${p.message}`,
          ),
          ...(notifier.heartbeat?.lastError ? [`heartbeat: ${notifier.heartbeat.lastError}`] : []),
        ],
      }),
    }),
    route({
      method: 'POST',
      path: '/receivers/:name/test',
      summary: 'Send a test message and tell what the receiver answered',
      params: z.object({ name: z.string() }),
      response: ReceiverTest,
      async handle({ params }) {
        const known = notifier.receiver(params.name);
        if (!known) throw new AlertProblem('not_found', `there is no receiver "${params.name}"`);
        const started = performance.now();
        if (!known.send) {
          const ok = (await notifier.mirror(params.name)?.probe()) ?? null;
          return answer(params.name, ok === null, ok ?? 'Alertmanager answers', started);
        }
        const outcome = await known.send(testMessage(`test-${randomUUID()}`, deps.publicUrl, deps.now()));
        return answer(
          params.name,
          outcome.ok,
          outcome.ok ? 'the receiver took the message' : outcome.error,
          started,
        );
      },
    }),
    route({
      method: 'GET',
      path: '/deliveries',
      summary: 'Messages, newest first',
      query: z.object({
        receiver: z.string().optional(),
        state: z.enum(['queued', 'delivered', 'failed']).optional(),
        incident: z.string().optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(200),
      }),
      response: DeliveryList,
      handle({ query }) {
        const found = notifier.outbox.list(
          (entry) =>
            (query.receiver === undefined || entry.receiver === query.receiver) &&
            (query.state === undefined || entry.state === query.state) &&
            (query.incident === undefined || entry.incident === query.incident),
          query.limit + 1,
        );
        return {
          deliveries: found.slice(0, query.limit).map(describeDelivery),
          truncated: found.length > query.limit,
        };
      },
    }),
  ];
}

function answer(receiver: string, ok: boolean, detail: string, started: number): ReceiverTest {
  return { receiver, ok, detail, took_ms: Math.round(performance.now() - started) };
}
