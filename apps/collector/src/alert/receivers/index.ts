import { showTarget } from '../deliver/secrets.js';
import type { Receiver } from '../notify/config.js';
import { email } from './email.js';
import { pagerduty } from './pagerduty.js';
import { careful, type ReceiverTools, type Send } from './receiver.js';
import { slack } from './slack.js';
import { webhook } from './webhook.js';

/** The sender of a receiver that gets grouped messages; null for Alertmanager, which gets the alerts themselves. */
export function senderOf(receiver: Receiver, tools: ReceiverTools): Send | null {
  switch (receiver.kind) {
    case 'webhook':
      return guarded(tools, webhook(receiver, tools));
    case 'slack':
      return guarded(tools, slack(receiver, tools));
    case 'pagerduty':
      return guarded(tools, pagerduty(receiver, tools));
    case 'email':
      return guarded(tools, email(receiver, tools));
    case 'log':
      return async (message) => {
        const { id, why, status, severity, model, incident, signal_count } = message;
        tools.log.warn(
          { notification: id, why, status, severity, model, incident, signal_count },
          message.title,
        );
        return { ok: true };
      };
    case 'alertmanager':
      return null;
  }
}

function guarded(tools: ReceiverTools, send: Send): Send {
  return (message) => careful(tools, () => send(message));
}

/** Where a receiver sends, without any secret. */
export function targetOf(receiver: Receiver): string {
  switch (receiver.kind) {
    case 'log':
      return 'the collector’s log';
    case 'email':
      return `${receiver.host}:${receiver.port} to ${receiver.to.join(', ')}`;
    case 'alertmanager':
      return receiver.urls.map((url) => new URL(url).origin).join(', ');
    case 'pagerduty':
      return new URL(receiver.url).origin;
    default:
      return showTarget(receiver.url);
  }
}
