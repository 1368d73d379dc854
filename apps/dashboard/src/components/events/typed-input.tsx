'use client';

import { useState } from 'react';
import { Input } from '../ui/field';

/** A field that acts on Enter or when it is left, so that each key does not ask the API. */
export function TypedInput(props: {
  ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean };
  value: string;
  list?: string;
  search?: boolean;
  onCommit: (value: string) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && draft.trim() !== props.value) props.onCommit(draft.trim());
    setDraft(null);
  };
  return (
    <Input
      {...props.ids}
      {...(props.list ? { list: props.list } : {})}
      {...(props.search ? { 'data-search': '' } : {})}
      spellCheck={false}
      value={draft ?? props.value}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
