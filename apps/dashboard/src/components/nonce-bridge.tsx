'use client';

import { useState } from 'react';

/**
 * Hands the page's nonce to libraries that add a style sheet while running (Radix locks scrolling that way).
 * They look for it under the name that bundlers have always used.
 */
export function NonceBridge(props: { nonce: string }) {
  // In state, because it must be set before any child mounts and only once.
  useState(() => {
    if (typeof window !== 'undefined')
      (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = props.nonce;
    return null;
  });
  return null;
}
