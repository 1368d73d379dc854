'use client';

import { Dialog } from '../components/ui/dialog';
import { LineKeys } from './line-keys';
import type { TimeSeriesDrawing } from './prepare/time-series';
import { TimeSeriesLarge } from './time-series-large';

/** The closer look at a time series, in a dialog. */
export default function LargeDialog(props: {
  title: string;
  drawing: TimeSeriesDrawing;
  zone: string;
  onClose: () => void;
}) {
  return (
    <Dialog open wide onOpenChange={props.onClose} title={props.title}>
      {props.drawing.names.length > 1 ? (
        <p>
          <LineKeys names={props.drawing.names} />
        </p>
      ) : null}
      <TimeSeriesLarge drawing={props.drawing} zone={props.zone} height={460} />
    </Dialog>
  );
}
