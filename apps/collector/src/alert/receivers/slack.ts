import type { Receiver } from '../notify/config.js';
import type { Message } from '../notify/message.js';
import { segmentsText, sentenceOf, showAge, stateOf } from '../notify/message-text.js';
import { postJson, type ReceiverTools, type Send } from './receiver.js';

/** Slack takes 3,000 characters in a text, counted with its links and escapes. */
const SECTION = 2_900;
const LINK = 2_000;
/** Of one sentence, before escaping. */
const LINE = 400;
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
  const facts = [`*Why now:* ${inert(message.why_text)}`];
  if (message.since)
    facts.push(`*Since:* ${slackTime(message.since)} (${showAge(message.since, message.at)})`);
  if (message.segments.length > 0) facts.push(`*Worst segments:* ${inert(segmentsText(message.segments))}`);
  if (message.nearest_change) {
    facts.push(
      `*Nearest change:* ${inert(cut(message.nearest_change.text, LINE))} at ${slackTime(message.nearest_change.at)}`,
    );
  }
  for (const error of message.errors.slice(0, 2)) facts.push(`*Note:* ${inert(cut(error, LINE))}`);
  const links = [
    message.links.incident && `<${message.links.incident}|Incident>`,
    message.links.window && `<${message.links.window}|Window>`,
    message.links.runbook && `<${inert(message.links.runbook)}|Runbook>`,
    `<${message.links.silence}|Silence>`,
  ].filter((link): link is string => Boolean(link) && link!.length < LINK);
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
  const blocks = [
    section(`${mark} *${inert(cut(message.title, LINE))}*`),
    section(facts.join('\n')),
    ...(message.signals.length > 0 ? [section(bullets(message))] : []),
    { type: 'context', elements: links.map((text) => ({ type: 'mrkdwn', text })) },
  ];
  // The fallback is what a phone's notification shows, and is parsed for mentions as well.
  return { text: inert(cut(message.title, LINE)), blocks, ...(channel && { channel }) };
}

/** The signals line by line, whole lines only: half a link would be shown as its address. */
function bullets({ signals, signal_count }: Message): string {
  const lines: string[] = [];
  let room = SECTION;
  for (const s of signals.slice(0, SHOWN)) {
    const name =
      s.link.length < LINK ? `<${s.link}|${inert(cut(s.signal, LINE))}>` : inert(cut(s.signal, LINE));
    const line = `• ${name}${stateOf(s)}: ${inert(cut(sentenceOf(s), LINE))}`;
    if (line.length + 1 > room) break;
    lines.push(line);
    room -= line.length + 1;
  }
  const left = signal_count - lines.length;
  return [...lines, ...(left > 0 ? [`• … and ${left} more`] : [])].join('\n');
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Slack's own control characters; names from events must not become links or mentions. */
function inert(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function slackTime(iso: string): string {
  return `<!date^${Math.floor(Date.parse(iso) / 1_000)}^{date_short_pretty} {time}|${iso}>`;
}
