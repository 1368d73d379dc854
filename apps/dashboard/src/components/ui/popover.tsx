'use client';

import {
  type ComponentProps,
  cloneElement,
  type ReactElement,
  type ReactNode,
  useRef,
  useState,
} from 'react';
import type { PopoverContent } from './popover-content';

/**
 * Content that opens beside its trigger (a button) and closes on Escape or a click elsewhere. What places it is
 * fetched when the trigger is pointed at or focused: no page pays for it before.
 */
export function Popover(props: {
  trigger: ReactElement<ComponentProps<'button'>>;
  label: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: 'start' | 'center' | 'end';
  children: ReactNode;
}) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [ownOpen, setOwnOpen] = useState(false);
  const [Content, setContent] = useState<typeof PopoverContent | null>(null);
  const open = props.open ?? ownOpen;
  const change = (next: boolean) => {
    setOwnOpen(next);
    props.onOpenChange?.(next);
  };
  const load = () => {
    if (Content === null)
      import('./popover-content').then(
        (module) => setContent(() => module.PopoverContent),
        // Without a server nothing opens; the next press tries again.
        () => change(false),
      );
  };
  return (
    <>
      {cloneElement(props.trigger, {
        ref: trigger,
        'aria-haspopup': 'dialog',
        'aria-expanded': open,
        onPointerEnter: load,
        onFocus: load,
        onClick: () => {
          load();
          change(!open);
        },
      })}
      {open && Content ? (
        <Content trigger={trigger} label={props.label} align={props.align ?? 'start'} onOpenChange={change}>
          {props.children}
        </Content>
      ) : null}
    </>
  );
}
