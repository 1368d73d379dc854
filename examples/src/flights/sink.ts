import type { LabelEvent, PredictionEvent } from '@leeway/contract';

/** Where the demo's events go. Each call resolves when the receiver has taken them for good. */
export interface Sink {
  readonly name: string;
  events(batch: readonly PredictionEvent[]): Promise<void>;
  labels(batch: readonly LabelEvent[]): Promise<void>;
  close(): Promise<void>;
}
