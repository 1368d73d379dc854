import type { Slice } from './counts.js';
import type { ModelContext } from './model-context.js';

/** Slices of one model in one batch. */
export class BatchModel {
  readonly versions = new Map<string, Slice>();
  readonly segments = new Map<string, Slice>();

  private versionBytes = Buffer.alloc(0);
  private lastSlice: Slice | null = null;

  constructor(readonly context: ModelContext) {}

  /** The slice of the version in these bytes when it is the one of the event before, else null. */
  sameVersion(bytes: Buffer, from: number, to: number): Slice | null {
    const { versionBytes } = this;
    if (to - from !== versionBytes.length) return null;
    for (let i = 0; i < versionBytes.length; i++) if (bytes[from + i] !== versionBytes[i]) return null;
    return this.lastSlice;
  }

  remember(slice: Slice): Slice {
    this.versionBytes = Buffer.from(slice.version);
    this.lastSlice = slice;
    return slice;
  }
}
