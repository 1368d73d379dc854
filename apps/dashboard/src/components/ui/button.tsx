import type { ComponentProps } from 'react';
import css from './button.module.css';

type Look = 'plain' | 'quiet' | 'primary' | 'danger';

/** A button; `quiet` has no border until it is pointed at, `icon` is square. */
export function Button({
  look = 'plain',
  icon = false,
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { look?: Look; icon?: boolean }) {
  return <button {...rest} type={type} className={buttonClass(look, icon, className)} />;
}

/** The same look for links. */
export function buttonClass(look: Look = 'plain', icon = false, extra?: string): string {
  return [css.button, css[look], icon ? css.icon : '', extra ?? ''].filter(Boolean).join(' ');
}
