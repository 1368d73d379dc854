/** One step of a made-up series: a value, nothing at all (`_`), or too few rows to tell (`?`). */
export type Sample = number | 'none' | 'few';

const LONGEST = 10_000;

/**
 * Reads promtool-like notation: values separated by blanks, each repeated with `xN`, e.g. `0.02x3 0.4x6 _ ?x2`.
 * Throws `SyntaxError` naming the part.
 */
export function parseSeries(text: string | number): Sample[] {
  const samples: Sample[] = [];
  for (const part of String(text).trim().split(/\s+/)) {
    const found = /^(_|\?|[-+]?\d*\.?\d+(?:e[-+]?\d+)?)(?:x(\d+))?$/i.exec(part);
    if (!found)
      throw new SyntaxError(
        `"${part}" is not a value such as 0.4, 0.4x6 (six times), _ (no data) or ? (too few rows)`,
      );
    const [, value = '', times = '1'] = found;
    const sample: Sample = value === '_' ? 'none' : value === '?' ? 'few' : Number(value);
    if (samples.length + Number(times) > LONGEST)
      throw new SyntaxError(`a series has at most ${LONGEST} values`);
    for (let i = 0; i < Number(times); i++) samples.push(sample);
  }
  return samples;
}
