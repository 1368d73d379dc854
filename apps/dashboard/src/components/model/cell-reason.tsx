'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { verdictsQuery } from '../../lib/queries';
import { sliceFilter } from '../../lib/slice';
import { useSlice } from '../../lib/use-slice';
import { verdictFacts } from '../../lib/verdict-facts';

/** How long a cell is pointed at before its verdict is asked for: walking over cells asks for none. */
const REST_MS = 150;

/** Why a cell of the heat map has its verdict, and which way the signal moved. */
export function CellReason(props: { model: string; signal: string; end: number }) {
  const slice = useSlice();
  const key = `${props.signal} ${props.end}`;
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRested(key), REST_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const found = useQuery({
    ...verdictsQuery(props.model, {
      from: new Date(props.end - 1).toISOString(),
      to: new Date(props.end).toISOString(),
      signal: props.signal,
      limit: 1,
      ...sliceFilter(slice),
    }),
    enabled: rested === key,
  });
  const verdict = found.data?.verdicts[0];
  if (!verdict) return null;
  return ` ${verdictFacts(verdict).join('; ')}.`;
}
