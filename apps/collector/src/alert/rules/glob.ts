import picomatch from 'picomatch';

export type Glob = (text: string) => boolean;

/**
 * A selector's glob as a test. `*` takes everything, also the empty segment; an empty glob takes only the empty
 * text. Stars also match `/`, because feature and version names may contain it.
 */
export function compileGlob(pattern: string): Glob {
  if (pattern === '*' || pattern === '**') return () => true;
  if (!/[*?[\]{}()!+@]/.test(pattern)) return (text) => text === pattern;
  const match = picomatch(pattern, { bash: true, dot: true, nocase: false });
  const known = new Map<string, boolean>();
  return (text) => {
    const cached = known.get(text);
    if (cached !== undefined) return cached;
    const result = text !== '' && match(text);
    if (known.size >= 10_000) known.clear();
    known.set(text, result);
    return result;
  };
}
