'use client';

import type { Alert } from '@leeway/contract';
import { useMemo } from 'react';
import { Dialog } from '../ui/dialog';
import { matchersFor } from './matchers';
import { SilenceEditor } from './silence-form';

/** What a silence can be opened from: an alert, or one signal of an incident. */
export type Silenced = Pick<Alert, 'model' | 'rule' | 'segment' | 'signal' | 'fingerprint'>;

/** A new silence with the alert's own matchers filled in. */
export function SilenceDialog(props: { alert: Silenced; onClose: () => void }) {
  const matchers = useMemo(() => matchersFor(props.alert), [props.alert]);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title="Silence"
      description="Messages are held back while a silence is active; the alert itself goes on and stays listed."
    >
      <SilenceEditor
        matchers={matchers}
        draftKey={props.alert.fingerprint}
        onDone={props.onClose}
        onCancel={props.onClose}
      />
    </Dialog>
  );
}
