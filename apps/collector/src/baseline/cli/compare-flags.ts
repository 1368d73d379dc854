import type { VerdictKind } from '@leeway/contract';
import type { PairThreads } from '../compare/number-pair.js';
import type { OpenComparedFile } from '../ports.js';

/** What the command needs of the program; the cli room's context has it. */
export interface CompareContext {
  cwd: string;
  out(text: string): void;
  err(text: string): void;
}

/** Opens files without a collector: each of `readers` is a connection of its own, so two files are read at once. */
export interface FileReaders {
  readers: readonly [OpenComparedFile, OpenComparedFile];
  close(): Promise<void>;
}

/** What the command opens files with; the program joins it from other rooms. */
export interface CompareTools {
  openReaders(): FileReaders | Promise<FileReaders>;
  /** Threads for the number columns that two files share; null where they aren't worth it. */
  openThreads(a: string, b: string, exclude: readonly string[]): Promise<PairThreads | null>;
}

export interface CompareFlags {
  json?: boolean;
  html?: string;
  failOn?: string;
  strict?: boolean;
  exclude: string[];
  kind: string[];
  moderate: string;
  significant: string;
  limit: string;
}

export const FAIL_ON: readonly VerdictKind[] = ['moderate', 'significant', 'drifting'];
