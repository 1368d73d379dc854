/** A number as people read it: three significant digits, k/M/G above ten thousand, `–` for none. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e15) return minus(value.toExponential(2).replace('e+', 'e'));
  if (size >= 10_000)
    for (const [limit, suffix] of SCALES)
      if (size >= limit * 0.9995) return `${plain(value / limit)}${NARROW}${suffix}`;
  if (size < 1e-4) return minus(value.toExponential(1));
  return plain(value);
}

/** A whole count with grouping below a million (`4,213`), scaled above (`12.4 M`). */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return number(value);
  return Math.abs(value) < 999_500 ? minus(Math.round(value).toLocaleString('en-GB')) : number(value);
}

/** A share 0..1 as percent. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return number(share);
  const value = share * 100;
  if (value > 0 && value < 0.01) return `<${NARROW}0.01${NARROW}%`;
  if (value < 100 && value > 99.95) return `>${NARROW}99.9${NARROW}%`;
  return `${plain(value)}${NARROW}%`;
}

/** Milliseconds in the unit that fits: `38 ms`, `1.2 s`, `5 min`. */
export function milliseconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return number(ms);
  const size = Math.abs(ms);
  if (size < 1_000) return `${plain(ms)}${NARROW}ms`;
  if (size < 60_000) return `${plain(ms / 1_000)}${NARROW}s`;
  return span(ms);
}

/** A span of time in at most two units: `3 h 20 min`, `12 d`. */
export function span(ms: number): string {
  const sign = ms < 0 ? '−' : '';
  let rest = Math.round(Math.abs(ms) / 1_000);
  if (rest === 0) return `0${NARROW}s`;
  const parts: string[] = [];
  for (const [seconds, unit] of SPANS) {
    const n = Math.floor(rest / seconds);
    if (n > 0) parts.push(`${n}${NARROW}${unit}`);
    rest -= n * seconds;
    if (parts.length === 2 || (parts.length === 1 && n === 0)) break;
  }
  return sign + parts.join(' ');
}

/** How one value relates to another as a factor: `1.6×`; null where that says nothing. */
export function ratio(value: number | null | undefined, to: number | null | undefined): string | null {
  if (value === null || value === undefined || !to || !Number.isFinite(value / to)) return null;
  return `${plain(value / to)}×`;
}

/** Rate with the unit of time that keeps it readable: `12 /s`, `3.4 /min`. */
export function rate(perSecond: number | null | undefined): string {
  if (perSecond === null || perSecond === undefined || !Number.isFinite(perSecond)) return number(perSecond);
  if (perSecond === 0) return `0${NARROW}/s`;
  if (perSecond >= 1) return `${number(perSecond)}${NARROW}/s`;
  if (perSecond * 60 >= 1) return `${number(perSecond * 60)}${NARROW}/min`;
  return `${number(perSecond * 3_600)}${NARROW}/h`;
}

/** A PSI: two decimals where the bands are (`0.41`), a third below (`0.012`). */
export function psi(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value) || Math.abs(value) >= 10)
    return number(value);
  return minus(value.toFixed(Math.abs(value) >= 0.095 ? 2 : 3));
}

/** Bytes in binary units. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return number(value);
  let size = value;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (Math.abs(size) < 1_024) return `${plain(size)}${NARROW}${unit}`;
    size /= 1_024;
  }
  return `${plain(size)}${NARROW}TiB`;
}

/** A value with the unit that a series names. */
export function withUnit(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  switch (unit) {
    case 'ms':
      return milliseconds(value);
    case 'share':
      return percent(value);
    case '/s':
    case 'events/s':
      return rate(value);
    case 'events':
    case 'count':
      return count(value);
    case '':
    // Statistics without a unit: the chart's title already says which one it is.
    case 'PSI':
    case 'KS':
    case 'JS':
    case 'JS distance':
    case 'label unit':
      return number(value);
    default:
      return `${number(value)}${NARROW}${unit}`;
  }
}

/**
 * Text of at most `most` UTF-16 units, with an ellipsis where it was cut. Half of an emoji is never left: a server
 * writes that as another character than the browser, and the page would be thrown away and drawn anew.
 */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, Math.max(0, most - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Narrow no-break space: keeps a number and its unit on one line. */
const NARROW = '\u202f';
const SCALES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];
const SPANS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

function plain(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000) return minus(Math.round(value).toLocaleString('en-GB'));
  return minus(String(Number(value.toPrecision(3))));
}

function minus(text: string): string {
  return text.replace('-', '−');
}
