import type { Receiver } from '../notify/config.js';
import type { Message } from '../notify/message.js';
import { postJson, type ReceiverTools, type Send } from './receiver.js';

/** Slack takes 3,000 characters in a section and 150 in a header. */
const SECTION = 2_900;
const SHOWN = 10;
const MARK = {
  critical: ':red_circle:',
  warning: ':large_orange_circle:',
  info: ':large_blue_circle:',
} as const;

/** A Slack incoming webhook, as Block Kit with a plain-text fallback. */
export function slack(receiver: Extract<Receiver, { kind: 'slack' }>, tools: ReceiverTools): Send {
  return async (message) =>
    postJson(tools, await tools.secrets.url(receiver.url), slackBody(message, receiver.channel));
}

/** The body of the post. Pure. */
export function slackBody(message: Message, channel?: string): Record<string, unknown> {
  const mark = message.status === 'resolved' ? ':white_check_mark:' : MARK[message.severity];
  const signals = message.signals.slice(0, SHOWN).map((s) => {
    const text = s.annotations.summary || s.summary;
    return `• <${s.link}|${inert(s.signal)}>${s.state === 'resolved' ? ' (recovered)' : ''}: ${inert(text)}`;
  });
  if (message.signal_count > SHOWN) signals.push(`• … and ${message.signal_count - SHOWN} more`);
  const facts = [`*Why now:* ${inert(message.why_text)}`];
  if (message.since) facts.push(`*Since:* ${slackTime(message.since)}`);
  if (message.nearest_change) {
    facts.push(
      `*Nearest change:* ${inert(message.nearest_change.text)} at ${slackTime(message.nearest_change.at)}`,
    );
  }
  const links = [
    message.links.incident && `<${message.links.incident}|Incident>`,
    message.links.window && `<${message.links.window}|Window>`,
    message.links.runbook && `<${message.links.runbook}|Runbook>`,
    `<${message.links.silence}|Silence>`,
  ].filter(Boolean);
  const section = (text: string) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: text.slice(0, SECTION) },
  });
  const blocks = [
    section(`${mark} *${inert(message.title)}*`),
    ...(signals.length > 0 ? [section(signals.join('\n'))] : []),
    section(facts.join('\n')),
    { type: 'context', elements: [{ type: 'mrkdwn', text: links.join(' · ').slice(0, SECTION) }] },
  ];
  // The fallback is parsed for mentions as well.
  return { text: inert(message.title), blocks, ...(channel && { channel }) };
}

/** Slack's own control characters; names from events must not become links or mentions. */
function inert(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function slackTime(iso: string): string {
  return `<!date^${Math.floor(Date.parse(iso) / 1_000)}^{date_short_pretty} {time}|${iso}>`;
}
