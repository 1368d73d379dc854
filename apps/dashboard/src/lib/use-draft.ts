'use client';

import { useEffect, useRef, useState } from 'react';
import type { FieldValues, UseFormReturn } from 'react-hook-form';
import type { z } from 'zod';
import { dropDraft, keepDraft, readDraft } from './draft';

/** Typing settles for this long before it is written down. */
const SETTLE_MS = 250;

/**
 * Keeps what is typed into a form for the life of the tab, and brings it back when the page is opened again: an
 * expired session, a failed save or a slip on "back" loses nothing. `restoredAt` is when the restored text was
 * typed, null when nothing was restored. Call `forget` once it is saved.
 */
export function useDraft<T extends FieldValues>(
  key: string,
  form: UseFormReturn<T>,
  schema: z.ZodType<T>,
): { restoredAt: number | null; forget: () => void; discard: () => void } {
  const [restoredAt, setRestoredAt] = useState<number | null>(null);
  const forgotten = useRef(false);

  useEffect(() => {
    const draft = readDraft(key, schema);
    if (draft) {
      form.reset(draft.values, { keepDefaultValues: true });
      setRestoredAt(draft.at);
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = () => {
      clearTimeout(timer);
      timer = undefined;
      if (!forgotten.current) keepDraft(key, { at: Date.now(), values: form.getValues() });
    };
    const flush = () => {
      if (timer !== undefined) write();
    };
    const stop = form.subscribe({
      formState: { values: true },
      callback: ({ name }) => {
        // A reset names no field: filling the form in is not typing.
        if (name === undefined) return;
        forgotten.current = false;
        clearTimeout(timer);
        timer = setTimeout(write, SETTLE_MS);
      },
    });
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
      stop();
    };
  }, [key, form, schema]);

  const forget = () => {
    forgotten.current = true;
    dropDraft(key);
    setRestoredAt(null);
  };
  return {
    restoredAt,
    forget,
    discard: () => {
      form.reset();
      forget();
    },
  };
}
