import { momentMs, PRESETS, type Range } from './range';
import { windowText } from './time';

/** A range in words: a preset's name, else both ends. */
export function rangeLabel(range: Range, zone: string): string {
  const preset = PRESETS.find(({ range: r }) => r.from === range.from && r.to === range.to);
  if (preset) return preset.label;
  if (range.from.startsWith('now') || range.to.startsWith('now')) {
    const last = /^now-(\d+)([smhdw])$/.exec(range.from);
    if (last && range.to === 'now') return `Last ${last[1]}\u202f${last[2]}`;
    return `${range.from} – ${range.to}`;
  }
  const from = momentMs(range.from, 0);
  const to = momentMs(range.to, 0);
  return from === null || to === null ? `${range.from} – ${range.to}` : windowText(from, to, zone);
}
