import type { BatchBuilder } from './batch/builder.js';
import { ScannedEvent } from './events/scanned-event.js';

/** A message as the fast lane needs it. */
export interface PlainMessage {
  offset: number;
  value: Buffer | null;
  headers: Readonly<Record<string, string | undefined>>;
}

/** True when a header names a format: then the bytes alone don't say what they are. */
function namesFormat(headers: PlainMessage['headers']): boolean {
  for (const name in headers)
    if (name === 'content-type' || name.startsWith('ce_') || name.startsWith('ce-')) return true;
  return false;
}

/**
 * The short way for what nearly every message is: one native event of a known model and known features. What it
 * doesn't take, it leaves untouched for the complete decoder.
 */
export class FastLane {
  private builder: BatchBuilder | null = null;
  private readonly event = new ScannedEvent((name) => this.builder?.model(name)?.context ?? null);

  add(builder: BatchBuilder, message: PlainMessage): boolean {
    const { value } = message;
    if (value === null || namesFormat(message.headers)) return false;
    if (this.builder !== builder) {
      this.builder = builder;
      this.event.forget();
    }
    return this.event.read(value) && builder.addScanned(this.event, message.offset);
  }

  /** Lets the last batch go. */
  release(): void {
    this.builder = null;
    this.event.forget();
  }
}
