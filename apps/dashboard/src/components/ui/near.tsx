'use client';

import { type ReactNode, useRef } from 'react';
import { useNear } from '../../lib/use-near';

/** Content below the fold: made, and its code fetched, when the reader comes near. Holds its place until then. */
export function Near(props: { height: number; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const near = useNear(place, '0px');
  return (
    <div ref={place} style={near ? undefined : { minHeight: props.height }}>
      {near ? props.children : null}
    </div>
  );
}
