'use client';

import { Popover as Radix } from 'radix-ui';
import type { ReactNode, RefObject } from 'react';
import css from './overlay.module.css';

/** The open part of a popover: placed beside `trigger`, which gets the focus back when it closes. */
export function PopoverContent(props: {
  trigger: RefObject<HTMLButtonElement | null>;
  label: string;
  align: 'start' | 'center' | 'end';
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
}) {
  const { trigger } = props;
  return (
    <Radix.Root open onOpenChange={props.onOpenChange}>
      <Radix.Anchor virtualRef={trigger as RefObject<HTMLButtonElement>} />
      <Radix.Portal>
        <Radix.Content
          className={css.popover}
          sideOffset={4}
          collisionPadding={8}
          align={props.align}
          aria-label={props.label}
          onInteractOutside={(event) => {
            // The trigger closes by its own click; closing here too would open it again.
            if (event.target instanceof Node && trigger.current?.contains(event.target))
              event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Who clicked into something else stays there.
            if (document.activeElement === document.body) trigger.current?.focus();
          }}
        >
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
