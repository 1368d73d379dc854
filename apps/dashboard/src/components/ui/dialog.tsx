'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button';
import css from './overlay.module.css';

/** A modal dialog: title, optional explanation, content. Escape and the scrim close it. */
export function Dialog(props: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={css.scrim} />
        <Radix.Content
          className={props.wide ? `${css.dialog} ${css.wide}` : css.dialog}
          {...(props.description ? {} : { 'aria-describedby': undefined })}
        >
          <header className={css.head}>
            <Radix.Title className={css.title}>{props.title}</Radix.Title>
            <Radix.Close asChild>
              <Button look="quiet" icon aria-label="Close">
                <X size={16} aria-hidden="true" />
              </Button>
            </Radix.Close>
          </header>
          {props.description ? (
            <Radix.Description className={css.description}>{props.description}</Radix.Description>
          ) : null}
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
