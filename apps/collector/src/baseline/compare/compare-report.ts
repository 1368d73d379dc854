import type { ComparedSignal } from '@leeway/contract';
import { binLabels, formatNumber, isNumericSpec, total } from '@leeway/stats';
import type { ComparedCounts, FileComparison } from './compare-files.js';
import { verdictText } from './compare-table.js';

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
<h1>${safe(names.b)} against ${safe(names.a)}</h1>
<p>${formatNumber(found.rows_a)} rows in A (outline, filled), ${formatNumber(found.rows_b)} rows in B (line). Worst verdict: <b class="${found.verdict}">${verdictText(found.verdict)}</b>. Made ${safe(names.madeAt)}.</p>
<table>
<thead><tr><th>signal<th>verdict<th>PSI<th>KS<th>JS distance<th>q<th>missing A → B<th>why</tr></thead>
<tbody>
${found.signals.map(row).join('\n')}
</tbody>
</table>
${found.left_out.length > 0 ? `<h2>Left out</h2><ul>${found.left_out.map((one) => `<li><b>${safe(one.column)}</b>: ${safe(one.message)}</li>`).join('')}</ul>` : ''}
${charts.join('\n')}
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #222; --soft: #777; --line: #ddd; --page: #fff; --fill: #d9dde3; --b: #3366cc;
  --moderate: #a86a00; --significant: #c2410c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e5e5; --soft: #999; --line: #3a3a3a; --page: #161616; --fill: #3d434c; --b: #7aa2f7;
  --moderate: #e0a33e; --significant: #f97b4a; } }
body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n { text-align: right; } h2 { font-size: 15px; margin-top: 2rem; } .moderate { color: var(--moderate); } .significant { color: var(--significant); }
figure { margin: 1.5rem 0; } figcaption { color: var(--soft); } svg { max-width: 100%; height: auto; }
`;

function row(signal: ComparedSignal): string {
  const cells = [signal.psi_debiased, signal.ks_low, signal.js_distance, signal.q_value];
  return `<tr><td>${safe(signal.signal)}<td class="${signal.verdict}">${verdictText(signal.verdict)}${cells
    .map((value) => `<td class="n">${value === null ? '–' : formatNumber(value)}`)
    .join(
      '',
    )}<td class="n">${percent(signal.missing_baseline)} → ${percent(signal.missing_current)}<td>${safe(signal.direction && signal.verdict !== 'stable' ? `${signal.direction.text}. ${signal.reason}` : signal.reason)}</tr>`;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${formatNumber(share * 100)} %`;
}

function chart(signal: ComparedSignal, counts: ComparedCounts | undefined): string {
  if (!counts) return '';
  const bars = isNumericSpec(counts.signal) ? numericBars(counts) : categoryBars(counts);
  const most = Math.max(...bars.flatMap((bar) => [bar.before, bar.after]), 1e-12);
  const y = (value: number) => (HEIGHT - (value / most) * (HEIGHT - 6)).toFixed(1);
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
  const text = `${signal.signal}: ${verdictText(signal.verdict)}. ${signal.reason}`;
  return `<figure><figcaption><b>${safe(signal.signal)}</b> <span class="${signal.verdict}">${verdictText(signal.verdict)}</span> ${safe(signal.direction?.text ?? '')}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 18}" width="${WIDTH}" role="img" aria-label="${safe(text)}">
<polygon points="${closed}" fill="var(--fill)"/><polyline points="${outline((bar) => bar.after)}" fill="none" stroke="var(--b)" stroke-width="1.5"/>
<line x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}" stroke="var(--line)"/>
<text x="0" y="${HEIGHT + 14}" font-size="11" fill="var(--soft)">${safe(bars[0]!.label)}</text><text x="${WIDTH}" y="${HEIGHT + 14}" font-size="11" text-anchor="end" fill="var(--soft)">${safe(last.label)}</text>
${tips}</svg></figure>`;
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
  groups.push({ label: 'never seen in A', places: [labels.length - 1] });
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
