import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { KINDS, type ReplayTargets } from '../replay.js';
import type { GatedJournal } from './gated-journal.js';
import { type Kept, restoreSnapshot, takeSnapshot } from './snapshot.js';

/** Changes with the shape of what is kept: a checkpoint of another version is not read. */
const VERSION = 1;
const PART = 'checkpoint';
const END = 'checkpoint_end';
/** Characters of JSON in one part. */
const PART_SIZE = 500_000;

/** The journal entry that makes a checkpoint whole. */
interface End {
  version: number;
  id: string;
  /** Entries up to here are in it. */
  position: number;
  parts: number;
  sha256: string;
}

interface Part {
  id: string;
  part: number;
  text: string;
}

export interface CheckpointLimits {
  /** Entries that a restart may have to replay before a checkpoint is worth its place. */
  entries: number;
}
export const CHECKPOINT_LIMITS: CheckpointLimits = { entries: 5_000 };

/**
 * Keeps the start short: now and then the state that the journal's replay would give is written into the journal
 * itself, and a start reads the newest of these and only what came after. The journal stays whole: a checkpoint that is
 * torn, altered or of another version is left alone, and everything is replayed.
 */
export class Checkpoints {
  #running: Promise<void> | null = null;
  /** Things in the last checkpoint: the next one has to be worth writing so much again. */
  #size = 0;
  #base = 0;
  /** Another process writes to the journal too, so this one's memory is not the whole truth. */
  #shared = false;

  constructor(
    private readonly journal: GatedJournal,
    private readonly targets: ReplayTargets,
    private readonly now: () => number,
    private readonly log: Logger,
    private readonly limits: CheckpointLimits = CHECKPOINT_LIMITS,
  ) {}

  /** Restores the newest checkpoint; gives the position it stands for, 0 where there is none to use. */
  async load(): Promise<number> {
    const entry = await this.journal.newest(END);
    if (!entry) return 0;
    const end = entry.body as End;
    if (end.version !== VERSION) {
      this.log.info(
        { version: end.version },
        'the checkpoint is of another version; replaying the whole journal',
      );
      return 0;
    }
    const texts: string[] = [];
    await this.journal.replay(
      [PART],
      (page) => {
        for (const { body } of page) {
          const { id, part, text } = body as Part;
          if (id === end.id && part === texts.length) texts.push(text);
        }
      },
      end.position,
    );
    if (texts.length !== end.parts || digest(texts) !== end.sha256) {
      this.log.warn(
        { parts: texts.length, expected: end.parts },
        'the checkpoint is damaged; replaying the whole journal',
      );
      return 0;
    }
    this.#size = 0;
    const read = function* (count: () => void): Generator<Kept> {
      for (const text of texts)
        for (const one of JSON.parse(text) as Kept[]) {
          count();
          yield one;
        }
    };
    restoreSnapshot(
      read(() => {
        this.#size += 1;
      }),
      this.targets,
    );
    this.#base = end.position;
    this.journal.saw(end.position, 0);
    return end.position;
  }

  /** Writes a checkpoint when enough has happened. Returns at once; what fails is tried again later. */
  tick(): void {
    if (this.#running || this.#shared || this.journal.since < Math.max(this.limits.entries, this.#size))
      return;
    this.#running = this.write()
      .catch((error) =>
        this.log.warn({ err: error }, 'a checkpoint could not be written; it will be tried again'),
      )
      .finally(() => {
        this.#running = null;
      });
  }

  /** Writes one now. */
  async write(): Promise<void> {
    const { kept, position, since } = await this.journal.still(() => {
      const { position, since } = this.journal;
      this.journal.since = 0;
      return { kept: takeSnapshot(this.targets), position, since };
    });
    try {
      await this.#put(kept, position, since);
    } catch (error) {
      this.journal.since += since;
      throw error;
    }
  }

  async #put(kept: readonly Kept[], position: number, since: number): Promise<void> {
    // Entries that another process wrote are not in this one's memory, so they must not be skipped.
    const strangers = (await this.journal.count(KINDS, this.#base, position)) - since;
    if (strangers !== 0) {
      this.#shared = true;
      this.log.info(
        { strangers },
        'another process wrote to the alert journal: no checkpoint until the next start',
      );
      return;
    }
    const id = randomUUID();
    const at = this.now();
    const hash = createHash('sha256');
    let parts = 0;
    const write = async (texts: string[]) => {
      const text = `[${texts.join(',')}]`;
      hash.update(text);
      const body: Part = { id, part: parts++, text };
      await this.journal.append([{ at, kind: PART, model: '', body }]);
      this.journal.since -= 1;
      await new Promise((resolve) => setImmediate(resolve));
    };
    let waiting: string[] = [];
    let length = 0;
    for (const one of kept) {
      const text = JSON.stringify(one);
      waiting.push(text);
      length += text.length;
      if (length < PART_SIZE) continue;
      await write(waiting);
      waiting = [];
      length = 0;
    }
    if (waiting.length > 0) await write(waiting);
    const body: End = { version: VERSION, id, position, parts, sha256: hash.digest('hex') };
    await this.journal.append([{ at, kind: END, model: '', body }]);
    this.journal.since -= 1;
    this.#size = kept.length;
    this.#base = position;
    this.log.info({ position, things: kept.length, parts }, 'a checkpoint of the alert journal is written');
  }

  async stop(): Promise<void> {
    await this.#running;
  }
}

function digest(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex');
}
