'use client';

import { Search } from 'lucide-react';
import { Button } from '../ui/button';

/** Opens the command palette for those without a keyboard, and tells the others the key. */
export function PaletteButton(props: { onOpen: () => void }) {
  return (
    <Button look="quiet" icon aria-label="Go to … (Ctrl+K)" title="Go to … (Ctrl+K)" onClick={props.onOpen}>
      <Search size={15} aria-hidden="true" />
    </Button>
  );
}
