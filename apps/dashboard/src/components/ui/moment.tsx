'use client';

import { absolute, relative } from '../../lib/time';
import { useNow } from '../now';
import { useZone } from '../zone';

/** A moment as "3 min ago", absolute on hover and for machines; `–` for none. */
export function Moment(props: { at: string | number | null; form?: 'relative' | 'absolute' }) {
  const now = useNow();
  const { zone } = useZone();
  if (props.at === null) return <span>–</span>;
  const ms = typeof props.at === 'number' ? props.at : Date.parse(props.at);
  if (Number.isNaN(ms)) return <span>–</span>;
  const full = `${absolute(ms, zone)} ${zone}`;
  return (
    <time dateTime={new Date(ms).toISOString()} title={props.form === 'absolute' ? relative(ms, now) : full}>
      {props.form === 'absolute' ? absolute(ms, zone) : relative(ms, now)}
    </time>
  );
}
