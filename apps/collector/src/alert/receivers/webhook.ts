import { Webhook } from 'standardwebhooks';
import type { Receiver } from '../notify/config.js';
import { postJson, type ReceiverTools, type Send } from './receiver.js';

/**
 * A generic webhook: the message as JSON, signed as Standard Webhooks specify (`webhook-id`, `webhook-timestamp`,
 * `webhook-signature`). `webhook-id` is the deduplication key, the same for every attempt.
 */
export function webhook(receiver: Extract<Receiver, { kind: 'webhook' }>, tools: ReceiverTools): Send {
  return async (message) => {
    const body = JSON.stringify(message);
    const sentAt = new Date(tools.now());
    const headers: Record<string, string> = {
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
    };
    if (receiver.secret) {
      const secret = await tools.secrets.read(receiver.secret);
      headers['webhook-signature'] = new Webhook(secret).sign(message.id, sentAt, body);
    }
    if (receiver.bearer_token)
      headers.authorization = `Bearer ${await tools.secrets.read(receiver.bearer_token)}`;
    return postJson(tools, await tools.secrets.url(receiver.url), body, headers);
  };
}
