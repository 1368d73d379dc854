import type { ComparedSignal } from '@leeway/contract';
import { binLabels, formatNumber, isNumericSpec, total } from '@leeway/stats';
import type { ComparedCounts, FileComparison } from './compare-files.js';
import { probability, share, signalTitle, verdictText } from './compare-table.js';

const WIDTH = 560;
const HEIGHT = 150;
/** Signals drawn with a chart; the table lists all. */
const CHARTS = 200;

/** Text made safe for HTML. */
function safe(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** The comparison as one HTML file that needs nothing else: a ranked table and an overlay of each signal. */
export function comparisonReport(
  found: FileComparison,
  names: { a: string; b: string; madeAt: string },
): string {
  const charts = found.signals
    .slice(0, CHARTS)
    .map((signal) => chart(signal, found.counts.get(signal.signal)));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(names.a)} and ${safe(names.b)} compared</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${safe(names.b)} <small>against</small> ${safe(names.a)}</h1>
<p>Worst verdict: <b class="${found.verdict}">${verdictText(found.verdict)}</b>. A: ${formatNumber(found.rows_a)} rows, B: ${formatNumber(found.rows_b)} rows. Made ${safe(names.madeAt.slice(0, 16).replace('T', ' '))} UTC.</p>
<table>
<thead><tr><th>signal<th>verdict${NUMBERS.map((name) => `<th class="n">${name}`).join('')}<th>why</tr></thead>
<tbody>
${found.signals.map(row).join('\n')}
</tbody>
</table>
${found.left_out.length > 0 ? `<h2>Left out</h2><ul>${found.left_out.map((one) => `<li><b>${safe(one.column)}</b>: ${safe(one.message)}</li>`).join('')}</ul>` : ''}
<h2>Distributions</h2>
<p class="key"><span class="a"></span> A <span class="b"></span> B, shares of rows; numbers in bins of equal share in A</p>
<div class="charts">
${charts.join('\n')}
</div>
</body>
</html>
`;
}

const NUMBERS = ['PSI', 'KS', 'JS distance', 'q', 'missing A → B'] as const;

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #63686f; --line: #d9dce0; --page: #fff; --fill: #d5dae2; --b: #2f62c9;
  --moderate: #8a5700; --significant: #b93a0a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --soft: #a3a8af; --line: #393d42; --page: #15171a; --fill: #444b56; --b: #82aaff;
  --moderate: #e3a840; --significant: #ff8a5c; } }
* { box-sizing: border-box; }
body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 76rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h1 small { font-weight: normal; color: var(--soft); } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; } .n { text-align: right; white-space: nowrap; } .v { white-space: nowrap; }
.moderate { color: var(--moderate); } .significant { color: var(--significant); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; min-width: 0; } figcaption { color: var(--soft); min-height: 3em; } figcaption b { color: var(--ink); } svg { display: block; width: 100%; height: auto; }
.key { color: var(--soft); } .key span { display: inline-block; width: 18px; height: 10px; margin-left: 8px; } .key .a { background: var(--fill); margin-left: 0; } .key .b { border-top: 2px solid var(--b); height: 4px; }
@media (max-width: 48rem) {
  thead { display: none; } table, tbody, tr, td { display: block; } tr { padding: 10px 0; border-bottom: 1px solid var(--line); }
  td { border: 0; padding: 1px 0; } td:first-child { font-weight: 600; } td.n { display: inline-block; margin-right: 14px; text-align: left; }
  td.n::before { content: attr(data-name) ' '; color: var(--soft); } svg text { font-size: 16px; }
}
@media print { body { margin: 0; max-width: none; } figure { break-inside: avoid; } }
`;

function row(signal: ComparedSignal): string {
  const cells = [
    share(signal.psi_debiased),
    share(signal.ks_low),
    share(signal.js_distance),
    probability(signal.q_value),
    `${percent(signal.missing_baseline)} → ${percent(signal.missing_current)}`,
  ];
  const why =
    signal.direction && signal.verdict !== 'stable'
      ? `${signal.direction.text}. ${signal.reason}`
      : signal.reason;
  return `<tr><td>${safe(signalTitle(signal.signal))}<td class="v ${signal.verdict}">${verdictText(signal.verdict)}${cells
    .map((text, i) => `<td class="n" data-name="${NUMBERS[i]}">${safe(text)}`)
    .join('')}<td>${safe(why)}</tr>`;
}

function percent(part: number | null): string {
  return part === null ? '–' : `${Number((part * 100).toPrecision(3))} %`;
}

function chart(signal: ComparedSignal, counts: ComparedCounts | undefined): string {
  if (!counts) return '';
  const bars = isNumericSpec(counts.signal) ? numericBars(counts) : categoryBars(counts);
  const most = Math.max(...bars.flatMap((bar) => [bar.before, bar.after]), 1e-12);
  const y = (value: number) => (HEIGHT - (value / most) * (HEIGHT - 8)).toFixed(1);
  const outline = (pick: (bar: Bar) => number) =>
    bars
      .map((bar) => `${bar.x.toFixed(1)},${y(pick(bar))} ${(bar.x + bar.width).toFixed(1)},${y(pick(bar))}`)
      .join(' ');
  const last = bars[bars.length - 1]!;
  const closed = `${bars[0]!.x.toFixed(1)},${HEIGHT} ${outline((bar) => bar.before)} ${(last.x + last.width).toFixed(1)},${HEIGHT}`;
  const tips = bars
    .map(
      (bar) =>
        `<rect x="${bar.x.toFixed(1)}" y="0" width="${bar.width.toFixed(1)}" height="${HEIGHT}" fill="transparent"><title>${safe(bar.label)}: ${percent(bar.shareBefore)} → ${percent(bar.shareAfter)}</title></rect>`,
    )
    .join('');
  const text = `${signalTitle(signal.signal)}: ${verdictText(signal.verdict)}. ${signal.reason}`;
  return `<figure><figcaption><b>${safe(signalTitle(signal.signal))}</b> <span class="${signal.verdict}">${verdictText(signal.verdict)}</span> ${safe(signal.direction?.text ?? '')}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 18}" width="${WIDTH}" role="img" aria-label="${safe(text)}">
<polygon points="${closed}" fill="var(--fill)"/><polyline points="${outline((bar) => bar.after)}" fill="none" stroke="var(--b)" stroke-width="1.5"/>
<line x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}" stroke="var(--line)"/>
${axis(bars)}
${tips}</svg></figure>`;
}

/** Names below the bars: of every one where they have room, else of the first and last. */
function axis(bars: readonly Bar[]): string {
  const room = Math.floor(WIDTH / bars.length / 7);
  const every = room >= 5;
  const named = every ? bars : [bars[0]!, bars[bars.length - 1]!];
  return named
    .map((bar, i) => {
      const cut = every && bar.label.length > room ? `${bar.label.slice(0, room - 1)}…` : bar.label;
      const [x, anchor] = every ? [bar.x + bar.width / 2, 'middle'] : i === 0 ? [0, 'start'] : [WIDTH, 'end'];
      return `<text x="${x.toFixed(1)}" y="${HEIGHT + 14}" font-size="11" text-anchor="${anchor}" fill="var(--soft)">${safe(cut)}</text>`;
    })
    .join('');
}

interface Bar {
  label: string;
  x: number;
  width: number;
  /** Height: a share, or a share per unit of width for numbers. */
  before: number;
  after: number;
  shareBefore: number;
  shareAfter: number;
}

/** Numbers: about 40 bins of equal baseline share, drawn by rank, so that long tails stay visible. */
function numericBars({ signal, current }: ComparedCounts): Bar[] {
  const labels = binLabels(signal);
  const regular = signal.edges.length + 1;
  const step = Math.max(1, Math.ceil(regular / 40));
  const groups: { label: string; places: number[] }[] = [{ label: labels[1]!, places: [1] }];
  for (let i = 0; i < regular; i += step) {
    const places = Array.from({ length: Math.min(step, regular - i) }, (_, k) => 2 + i + k);
    const low = labels[places[0]!]!.split(', ')[0]!;
    const high = labels[places[places.length - 1]!]!.split(', ').slice(1).join(', ');
    groups.push({ label: `${low}, ${high}`, places });
  }
  groups.push({ label: labels[labels.length - 1]!, places: [labels.length - 1] });
  groups.push({ label: 'missing', places: [0] });
  return barsOf(groups, signal.counts, current);
}

/** The largest categories of either side, the rest, what is new, and what is missing. */
function categoryBars({ signal, current }: ComparedCounts): Bar[] {
  const labels = binLabels(signal);
  const named = signal.categories.map((_, i) => i + 1);
  const weight = (place: number) =>
    signal.counts[place]! / Math.max(1, total(signal.counts)) + current[place]! / Math.max(1, total(current));
  const shown = new Set([...named].sort((a, b) => weight(b) - weight(a)).slice(0, 30));
  const groups = named
    .filter((place) => shown.has(place))
    .map((place) => ({ label: labels[place]!, places: [place] }));
  const rest = [...named.filter((place) => !shown.has(place)), signal.categories.length + 1];
  groups.push({ label: 'other', places: rest });
  groups.push({ label: 'new in B', places: [labels.length - 1] });
  groups.push({ label: 'missing', places: [0] });
  return barsOf(groups, signal.counts, current);
}

function barsOf(
  groups: readonly { label: string; places: readonly number[] }[],
  before: readonly number[],
  after: readonly number[],
): Bar[] {
  const width = WIDTH / groups.length;
  const sumBefore = Math.max(1, total(before));
  const sumAfter = Math.max(1, total(after));
  const sumOf = (counts: readonly number[], places: readonly number[]) =>
    places.reduce((sum, place) => sum + counts[place]!, 0);
  return groups.map(({ label, places }, i) => {
    const shareBefore = sumOf(before, places) / sumBefore;
    const shareAfter = sumOf(after, places) / sumAfter;
    return { label, x: i * width, width, before: shareBefore, after: shareAfter, shareBefore, shareAfter };
  });
}
