'use client';

import { useEffect, useState } from 'react';

const KEY = 'leeway:author';

/** The name that acknowledgements and silences are signed with; asked once and remembered by this browser. */
export function useAuthor(): [string, (name: string) => void] {
  const [author, setAuthor] = useState('');
  useEffect(() => {
    try {
      setAuthor(localStorage.getItem(KEY) ?? '');
    } catch {
      // Storage is switched off: the name is asked each time.
    }
  }, []);
  const keep = (name: string) => {
    setAuthor(name);
    try {
      localStorage.setItem(KEY, name);
    } catch {
      // As above.
    }
  };
  return [author, keep];
}
