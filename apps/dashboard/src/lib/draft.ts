import type { z } from 'zod';

/** What was typed and when, kept for the life of the browser tab. */
export type Draft<T> = { at: number; values: T };

const PREFIX = 'leeway:draft:';
/** Anything longer is no form that a person typed; it would only fill the storage. */
const LONGEST = 200_000;

/** A stored draft, or null when there is none, it is of another shape, or the browser keeps nothing. */
export function readDraft<T>(key: string, schema: z.ZodType<T>): Draft<T> | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? 'null');
    if (typeof stored !== 'object' || stored === null || !('at' in stored) || !('values' in stored))
      return null;
    const values = schema.safeParse(stored.values);
    return values.success && typeof stored.at === 'number' ? { at: stored.at, values: values.data } : null;
  } catch {
    return null;
  }
}

/** Keeps a draft; a browser that refuses (full, or storage switched off) costs only the safety net. */
export function keepDraft<T>(key: string, draft: Draft<T>): void {
  const text = JSON.stringify(draft);
  if (text.length > LONGEST) return;
  try {
    sessionStorage.setItem(PREFIX + key, text);
  } catch {
    // Typing must go on without it.
  }
}

export function dropDraft(key: string): void {
  try {
    sessionStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept then.
  }
}
