import { z } from 'zod';

/** The range that is about to be written, with all that decoding it depends on besides its bytes. */
export interface PendingRange {
  first: number;
  last: number;
  /** Epoch of the binning plan under which the range is counted. */
  epoch: number;
  /** The moment the batch was begun, epoch ms: time policies are judged by it. */
  now: number;
}

/** What a commit's metadata says. */
export interface PositionNote {
  /** Grows whenever the partition's offsets began anew (topic recreated, log truncated): part of every token. */
  era: number;
  range: PendingRange | null;
  /** Offsets up to here may be stored already although they are beyond the range; -1 = none. */
  auditUntil: number;
  /** Oldest message before the position that halves of pairs need; null = none. */
  since: number | null;
}

const whole = z.number().int().min(0);
const Note = z.object({
  v: z.literal(1),
  era: whole,
  first: whole.optional(),
  last: whole.optional(),
  epoch: whole.optional(),
  now: whole.optional(),
  until: whole.optional(),
  since: whole.optional(),
});

/** Text for the metadata of a commit (below 200 characters; brokers take 4,096). */
export function writeNote(note: PositionNote): string {
  const { era, range, auditUntil, since } = note;
  return JSON.stringify({
    v: 1,
    era,
    ...range,
    ...(auditUntil >= 0 && { until: auditUntil }),
    ...(since !== null && { since }),
  });
}

/** Reads a commit's metadata. Null when it is not of this program, e.g. a position set by an operator's tool. */
export function readNote(metadata: string | null | undefined): PositionNote | null {
  if (!metadata) return null;
  let parsed: z.infer<typeof Note>;
  try {
    parsed = Note.parse(JSON.parse(metadata));
  } catch {
    return null;
  }
  const { first, last, epoch, now } = parsed;
  const complete = first !== undefined && last !== undefined && epoch !== undefined && now !== undefined;
  return {
    era: parsed.era,
    range: complete ? { first, last, epoch, now } : null,
    auditUntil: parsed.until ?? -1,
    since: parsed.since ?? null,
  };
}

/** The newest era among sources of a partition, 0 when there is none. */
export function newestEra(topic: string, partition: number, sources: readonly string[]): number {
  const start = `${topic}:${partition}@`;
  const eras = sources.flatMap((source) =>
    source.startsWith(start) ? [Number(source.slice(start.length))] : [],
  );
  return Math.max(0, ...eras.filter(Number.isInteger));
}

/** The source on event rows and in tokens: the same offsets in another era are other events. */
export function sourceName(topic: string, partition: number, era: number): string {
  return era === 0 ? `${topic}:${partition}` : `${topic}:${partition}@${era}`;
}
