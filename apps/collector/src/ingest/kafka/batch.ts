import { BatchBuilder } from '../batch/builder.js';
import type { Contexts } from '../batch/contexts.js';
import type { BatchLimits } from '../batch/settings.js';
import type { IngestDeps } from '../deps.js';
import type { TimePolicy } from '../events/time.js';
import type { BinningPlan, WriteBatch } from '../ports.js';
import type { PendingRange } from './position.js';

/** One message as the intake needs it. */
export interface Message {
  offset: number;
  value: Buffer | null;
  /** Epoch ms. */
  timestamp: number;
  headers: Readonly<Record<string, string | undefined>>;
}

/** A contiguous range of one partition on its way into the store. */
export interface RangeBatch {
  range: PendingRange;
  source: string;
  /** Name under which the plan is told that this batch is in flight. */
  owner: string;
  builder: BatchBuilder;
  /** Messages of the range, kept only where the batch may have to be built again (replay, search for a bad record). */
  messages: Message[] | null;
  /** True when some of it may be stored already: then the store is asked before and after. */
  audit: boolean;
  /** True when not even the offsets' meaning is sure: the group has no position on this partition. */
  unsure: boolean;
  /** `deps.clock()` when the range was committed; 0 before. */
  committedAt: number;
  decodeMs: number;
}

export interface BatchOpening {
  source: string;
  first: number;
  /** The range to repeat exactly, or null for a fresh one. */
  replay: PendingRange | null;
  audit: boolean;
  unsure?: boolean;
  /** True for a second building of a range beside the first. */
  again?: boolean;
  limits: BatchLimits;
  times: TimePolicy;
}

const UNLIMITED = Number.POSITIVE_INFINITY;

/** A plan that counts nothing: for a range whose plan is forgotten; its counts are then rebuilt from the events. */
function emptyPlan(epoch: number): BinningPlan {
  return { epoch, models: new Map() };
}

/** Opens a batch at `first`. A repeated range is decoded under the plan and the clock of its first attempt. */
export function openBatch(deps: IngestDeps, contexts: Contexts, opening: BatchOpening): RangeBatch {
  const { replay, source, first, limits, times } = opening;
  const current = deps.plans.current();
  const plan = replay ? (deps.plans.at(replay.epoch) ?? emptyPlan(replay.epoch)) : current;
  const now = replay?.now ?? deps.clock();
  // A repeated range ends at its last offset, not at a limit.
  const own = replay ? { ...limits, rows: UNLIMITED, bytes: UNLIMITED, blocks: UNLIMITED } : limits;
  const owner = `${source}:${first}${opening.again ? ':again' : ''}`;
  deps.plans.inFlight(owner, plan.epoch);
  return {
    range: { first, last: first, epoch: plan.epoch, now },
    source,
    owner,
    builder: new BatchBuilder({ plan, registry: deps.registry, limits: own, times, source, now }, contexts),
    messages: opening.audit ? [] : null,
    audit: opening.audit,
    unsure: opening.unsure ?? false,
    committedAt: 0,
    decodeMs: 0,
  };
}

/** The batch as the store takes it. The key is the same for every attempt at the range. */
export function writeBatch(batch: RangeBatch): WriteBatch {
  const { first, last, epoch } = batch.range;
  return {
    key: `${batch.source}:${first}-${last}`,
    source: batch.source,
    firstOffset: BigInt(first),
    lastOffset: BigInt(last),
    epoch,
    tables: batch.builder.tables(),
  };
}

/** Ends a batch, written or not: its memory and its hold on the plan are let go. */
export function releaseBatch(deps: Pick<IngestDeps, 'plans'>, batch: RangeBatch): void {
  batch.builder.release();
  deps.plans.inFlight(batch.owner, null);
}
