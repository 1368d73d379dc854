import type { Alert } from '@leeway/contract';
import { shorten } from '../../lib/format';
import { Note } from './badges';
import { evidenceText } from './prepare';

/** Everything that changes how an alert is to be read, as short remarks. */
export function AlertNotes({ alert }: { alert: Alert }) {
  const evidence = evidenceText(alert);
  return (
    <>
      {alert.acknowledged_by ? <Note>{`acknowledged by ${shorten(alert.acknowledged_by, 40)}`}</Note> : null}
      {alert.silenced_by.length > 0 ? <Note title={alert.silenced_by.join(', ')}>silenced</Note> : null}
      {alert.inhibited_by.length > 0 ? <Note title={mutedBy(alert)}>muted by another alert</Note> : null}
      {alert.flapping ? (
        <Note title="It changes state so often that its messages are held back.">flapping</Note>
      ) : null}
      {alert.stale ? <Note title={evidence ?? undefined}>stale</Note> : null}
      {alert.condition === 'no_data' ? <Note>no data</Note> : null}
      {alert.condition === 'error' ? <Note>evaluation failed</Note> : null}
      {alert.episode > 1 ? (
        <Note title="How often this same alert has come up">{`episode ${alert.episode}`}</Note>
      ) : null}
    </>
  );
}

function mutedBy({ inhibitors = [] }: Alert): string {
  const why = 'Its messages are held back while a worse alert of the same model fires';
  const names = inhibitors.map(({ rule, subject }) => `${rule} on ${subject}`);
  return names.length === 0 ? `${why}.` : `${why}: ${names.join(', ')}.`;
}
