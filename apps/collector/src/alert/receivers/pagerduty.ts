import type { Receiver } from '../notify/config.js';
import type { Message } from '../notify/message.js';
import { segmentsText, sentenceOf, stateOf } from '../notify/message-text.js';
import { postJson, type ReceiverTools, type Send } from './receiver.js';

/** PagerDuty Events v2. The group is the deduplication key, so that updates and the end find their incident. */
export function pagerduty(receiver: Extract<Receiver, { kind: 'pagerduty' }>, tools: ReceiverTools): Send {
  return async (message) =>
    postJson(tools, receiver.url, pagerdutyEvent(message, await tools.secrets.read(receiver.routing_key)));
}

/** The event of a message. Pure. */
export function pagerdutyEvent(message: Message, routingKey: string): Record<string, unknown> {
  const links = [
    message.links.incident && { href: message.links.incident, text: 'Incident' },
    message.links.window && { href: message.links.window, text: 'Window' },
    message.links.runbook && { href: message.links.runbook, text: 'Runbook' },
    { href: message.links.silence, text: 'Silence' },
  ].filter(Boolean);
  return {
    routing_key: routingKey,
    event_action: message.status === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: message.group,
    client: 'Leeway',
    client_url: message.links.incident ?? message.links.window ?? undefined,
    links,
    payload: {
      summary: message.title.slice(0, 1_024),
      source: message.model || 'leeway',
      severity: message.severity,
      timestamp: message.at,
      component: message.model_version || undefined,
      class: message.signals[0]?.rule,
      custom_details: {
        why: message.why_text,
        since: message.since,
        message_id: message.id,
        signals: message.signals.map((s) => `${s.signal}${stateOf(s)}: ${sentenceOf(s)}`),
        signal_count: message.signal_count,
        segments: segmentsText(message.segments) || undefined,
        nearest_change: message.nearest_change,
      },
    },
  };
}
