import type { Message } from '../notify/message.js';
import { segmentsText, sentenceOf, showAge, showTime, stateOf } from '../notify/message-text.js';

const COLOUR = { critical: '#b3261e', warning: '#b45309', info: '#1d4ed8', resolved: '#15803d' } as const;
const TEXT = "font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";

/**
 * A message as a mail's HTML: one narrow column that a phone shows without zooming, the same order as the text, links as
 * buttons that a thumb hits. Nothing is loaded from anywhere; names from events are escaped. Pure.
 */
export function emailHtml(m: Message): string {
  const colour = m.status === 'resolved' ? COLOUR.resolved : COLOUR[m.severity];
  const facts = [`<b>Why now:</b> ${inert(m.why_text)}`];
  if (m.since) facts.push(`<b>Since:</b> ${showTime(m.since)} (${showAge(m.since, m.at)})`);
  if (m.segments.length > 0) facts.push(`<b>Worst segments:</b> ${inert(segmentsText(m.segments))}`);
  if (m.nearest_change) {
    const { text, at } = m.nearest_change;
    facts.push(`<b>Nearest change:</b> ${inert(text)} at ${showTime(at)}`);
  }
  const left = m.signal_count - m.signals.length;
  const signals = m.signals.map(
    (s) =>
      `<li style="margin:0 0 8px"><a href="${inert(s.link)}" style="color:inherit"><b>${inert(s.signal)}</b></a>${inert(stateOf(s))}<br>${inert(sentenceOf(s))}</li>`,
  );
  if (left > 0) signals.push(`<li>… and ${left} more</li>`);
  const links: [string, string | null][] = [
    ['Incident', m.links.incident],
    ['Window', m.links.window],
    ['Runbook', m.links.runbook],
    ['Silence', m.links.silence],
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${inert(m.title)}</title></head>
<body style="margin:0;padding:16px;${TEXT};overflow-wrap:anywhere">
<div style="max-width:600px;margin:0 auto">
<div style="border-left:6px solid ${colour};padding:2px 0 2px 12px;margin-bottom:16px">
<h1 style="font-size:18px;line-height:1.35;margin:0">${inert(m.title)}</h1></div>
<p style="margin:0 0 16px">${facts.join('<br>')}</p>
<p style="margin:0 0 8px">${links.flatMap(([text, href]) => (href === null ? [] : [button(text, href, colour)])).join(' ')}</p>
${signals.length > 0 ? `<ul style="padding-left:20px;margin:0">${signals.join('')}</ul>` : ''}
${m.errors.map((error) => `<p style="margin:12px 0 0">Note: ${inert(error)}</p>`).join('')}
</div></body></html>
`;
}

function button(text: string, href: string, colour: string): string {
  return `<a href="${inert(href)}" style="display:inline-block;margin:0 8px 8px 0;padding:10px 16px;border:1px solid ${colour};border-radius:6px;color:inherit;text-decoration:none;font-weight:600">${text}</a>`;
}

function inert(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
