/** One line of a chart. */
export interface Line {
  name: string;
  points: [x: number, y: number][];
}

export interface Axis {
  label: string;
  log: boolean;
  /** Least value drawn on a logarithmic axis (0 has no logarithm). */
  floor?: number;
  /** Greatest value of the axis, where the data shouldn't decide. */
  top?: number;
}

const WIDTH = 720;
const HEIGHT = 360;
const MARGIN = { left: 64, right: 150, top: 36, bottom: 44 };
const COLOURS = ['#0b7a75', '#c1121f', '#e07a1f', '#7b2cbf', '#3a5a98', '#555555'];

/** A line chart as a self-contained SVG, readable on light and dark pages. */
export function lineChart(chart: { title: string; x: Axis; y: Axis; lines: Line[] }): string {
  const xs = scale(
    chart.x,
    chart.lines.flatMap((l) => l.points.map((p) => p[0])),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const ys = scale(
    chart.y,
    chart.lines.flatMap((l) => l.points.map((p) => p[1])),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(chart.title)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${MARGIN.left}" y="20" font-size="14" font-weight="600" fill="#222">${escaped(chart.title)}</text>`,
  ];
  for (const tick of xs.ticks) {
    const x = round(xs.at(tick));
    parts.push(`<line x1="${x}" x2="${x}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}" stroke="#eee"/>`);
    parts.push(text(x, HEIGHT - MARGIN.bottom + 16, 'middle', number(tick)));
  }
  for (const tick of ys.ticks) {
    const y = round(ys.at(tick));
    parts.push(`<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y}" y2="${y}" stroke="#eee"/>`);
    const floored = chart.y.log && tick === chart.y.floor;
    parts.push(text(MARGIN.left - 6, y + 4, 'end', floored ? `≤ ${number(tick)}` : number(tick)));
  }
  parts.push(text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 8, 'middle', chart.x.label));
  parts.push(
    `<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle" fill="#444">${escaped(chart.y.label)}</text>`,
  );
  chart.lines.forEach((line, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const path = line.points.map(([x, y]) => `${round(xs.at(x))},${round(ys.at(y))}`).join(' ');
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    const y = MARGIN.top + 8 + 18 * i;
    const x = WIDTH - MARGIN.right + 12;
    parts.push(`<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="3"/>`);
    parts.push(text(x + 24, y + 4, 'start', line.name));
  });
  parts.push('</svg>');
  return `${parts.join('\n')}\n`;
}

interface Scale {
  at(value: number): number;
  ticks: number[];
}

function scale(axis: Axis, values: number[], from: number, to: number): Scale {
  if (axis.log) {
    const floor = axis.floor ?? Math.min(...values);
    const low = Math.log10(floor);
    const high = Math.log10(axis.top ?? Math.max(...values));
    const ticks: number[] = [floor];
    for (let power = Math.ceil(low); power <= high + 1e-9; power++) ticks.push(10 ** power);
    const at = (value: number) =>
      from + ((Math.log10(Math.max(floor, value)) - low) / (high - low)) * (to - from);
    return { at, ticks: [...new Set(ticks)] };
  }
  const low = Math.min(0, ...values);
  const high = axis.top ?? Math.max(...values);
  const step = niceStep((high - low) / 6);
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + 1e-9; tick += step)
    ticks.push(Number(tick.toFixed(9)));
  return { at: (value) => from + ((value - low) / (high - low)) * (to - from), ticks };
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((m) => m * power).find((step) => step >= rough) ?? 10 * power;
}

function text(x: number, y: number, anchor: string, content: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="#444">${escaped(content)}</text>`;
}

function number(x: number): string {
  return x.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}

function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
