/** The label value that stands for everything beyond a bound. */
export const OTHER = 'other';

/**
 * Splits names into those that get a time series of their own and those summed up as `other`, so that a thousand
 * models don't become a million series. The first `limit` in alphabetical order are kept: a name's series does not
 * come and go with its rank.
 */
export function boundNames(names: Iterable<string>, limit: number): { kept: string[]; left: string[] } {
  const sorted = [...names].sort();
  return { kept: sorted.slice(0, limit), left: sorted.slice(limit) };
}
