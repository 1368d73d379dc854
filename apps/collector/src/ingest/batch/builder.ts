import { EVENT_LIMITS, type LabelEvent, type PredictionEvent } from '@leeway/contract';
import { MISSING, type ScannedEvent } from '../events/scanned-event.js';
import { minuteOf, timeProblem } from '../events/time.js';
import {
  type EventProblem,
  eventProblems,
  isLabel,
  isObject,
  kindName,
  labelProblems,
  momentOf,
} from '../events/validate.js';
import type { ArrivalListener, TableRows } from '../ports.js';
import { BatchModel } from './batch-model.js';
import { ByteWriter } from './byte-writer.js';
import type { Contexts } from './contexts.js';
import {
  countCells,
  HISTOGRAM_COLUMNS,
  Slice,
  TRAFFIC_COLUMNS,
  writeHistograms,
  writeTraffic,
} from './counts.js';
import { DEAD_LETTER_COLUMNS, type DeadLetterRecord, writeDeadLetter } from './dead-letter.js';
import { LABEL_COLUMNS, writeLabel } from './label-row.js';
import type { Block, ModelContext } from './model-context.js';
import type { EventColumns } from './native/event-columns.js';
import { eventBytes, latencyCell, type NewFeature, newFeatures, writeObjectRow } from './object-row.js';
import { scannedTag, writeScannedRow } from './scanned-row.js';
import type { BatchSettings } from './settings.js';

/** What became of one event. `new_features`: append them to the model's order, then add the event again. */
export type AddResult =
  | { kind: 'added' }
  | { kind: 'rejected'; problems: EventProblem[] }
  | { kind: 'new_features'; model: string; features: NewFeature[] };

const ADDED: AddResult = { kind: 'added' };
const TAB = 0x09;
const NEWLINE = 0x0a;

function rejected(code: string, path: string, message: string): AddResult {
  return { kind: 'rejected', problems: [{ code, path, message: `${path}: ${message}` }] };
}

/**
 * Collects events into the rows and counts of one `WriteBatch`. Adding is synchronous and touches no store; only new
 * features need one. A batch is `full` when one of its limits is reached.
 */
export class BatchBuilder {
  readonly events: EventColumns;
  private readonly labels = new ByteWriter(1_024);
  private readonly letters = new ByteWriter(1_024);
  readonly models = new Map<string, BatchModel>();
  readonly deadLetters: DeadLetterRecord[] = [];
  labelRows = 0;
  private blocks = 0;
  private released = false;
  private readonly openedBlock = () => {
    this.blocks++;
  };
  /** Names of anomalous features by model, for a warning a batch; bounded. */
  readonly anomalies = new Map<string, Set<string>>();

  constructor(
    readonly settings: BatchSettings,
    readonly contexts: Contexts,
  ) {
    this.events = contexts.takeColumns();
  }

  get eventRows(): number {
    return this.events.rows;
  }

  get bytes(): number {
    return this.events.bytes + this.labels.length + this.letters.length;
  }

  get full(): boolean {
    const { limits } = this.settings;
    return (
      this.eventRows + this.labelRows + this.deadLetters.length >= limits.rows ||
      this.bytes >= limits.bytes ||
      this.blocks >= limits.blocks
    );
  }

  get empty(): boolean {
    return this.eventRows + this.labelRows + this.deadLetters.length === 0 && this.models.size === 0;
  }

  /** Adds one parsed JSON value: a prediction event or a label. `offset` names it within its source. */
  addValue(value: unknown, offset: number): AddResult {
    if (!isObject(value))
      return rejected(
        'wrong_type',
        '$',
        `needs a JSON object such as {"model":…,"version":…,"id":…,"ts":…,"features":{…}}, got ${kindName(value)}`,
      );
    if (isLabel(value)) return this.addLabel(value, offset);
    const problems = eventProblems(value);
    if (problems.length > 0) {
      this.countRejected(value);
      return { kind: 'rejected', problems };
    }
    return this.addEvent(value as unknown as PredictionEvent, offset);
  }

  private addEvent(event: PredictionEvent, offset: number): AddResult {
    const ts = momentOf(event);
    const late = timeProblem(ts, this.settings.now, this.settings.times);
    if (late) {
      this.countRejected(event);
      return rejected(late.code, '$.ts', late.message);
    }
    const size = eventBytes(event);
    if (size > EVENT_LIMITS.bytes)
      return rejected(
        'too_large',
        '$',
        `the event takes ${size} bytes; at most ${EVENT_LIMITS.bytes} are stored`,
      );
    const model = this.model(event.model);
    if (!model)
      return rejected(
        'too_many_models',
        '$.model',
        `this collector has its ${this.settings.limits.models} models already; is an id used as the model name?`,
      );
    const { context } = model;
    const features = newFeatures(context, event, this.settings.limits.features);
    if (features.length > 0) return { kind: 'new_features', model: event.model, features };
    const facts = writeObjectRow(this.events, context, event, ts);
    this.events.endRow(offset);
    if (facts.anomalies.length > 0) this.noteAnomalies(event.model, facts.anomalies);
    const minute = minuteOf(ts);
    const latency = latencyCell(context, event.latency_ms);
    this.count(this.slice(model, event.version).block(minute), context, latency, event, facts);
    for (const tag of context.segmentTags) {
      const value = event.tags?.[tag];
      if (value === undefined) continue;
      const slice = this.segment(model, event.version, `${tag}=${value}`);
      if (slice) this.count(slice.block(minute), context, latency, event, facts);
    }
    return ADDED;
  }

  private count(
    block: Block,
    context: ModelContext,
    latency: number,
    event: PredictionEvent,
    facts: { anomalies: string[]; failed: boolean },
  ): void {
    countCells(context, block);
    if (latency >= 0) block.cells[latency]!++;
    block.requests++;
    if (facts.failed) block.errors++;
    if (facts.anomalies.length > 0) block.anomalies++;
    block.tokensInput += event.tokens?.input ?? 0;
    block.tokensOutput += event.tokens?.output ?? 0;
  }

  /**
   * Adds an event that was read from bytes. False when it needs the complete decoder after all (its time is to be
   * refused with a reason); nothing is added then.
   */
  addScanned(event: ScannedEvent, offset: number): boolean {
    const { settings } = this;
    const { context, ts } = event;
    if (timeProblem(ts, settings.now, settings.times) !== null) return false;
    const model = this.model(context.model);
    if (model === null) return false;
    writeScannedRow(this.events, event);
    this.events.endRow(offset);
    const { buffer } = event.scan;
    const slice =
      model.sameVersion(buffer, event.versionFrom, event.versionTo) ??
      model.remember(this.slice(model, buffer.toString('latin1', event.versionFrom, event.versionTo)));
    const minute = minuteOf(ts);
    this.countScanned(event, slice.block(minute));
    for (const tag of context.segmentTags) {
      const value = scannedTag(event, tag);
      const segment = value === null ? null : this.segment(model, slice.version, `${tag}=${value}`);
      if (segment) this.countScanned(event, segment.block(minute));
    }
    return true;
  }

  private countScanned(event: ScannedEvent, block: Block): void {
    const { context } = event;
    countCells(context, block);
    block.requests++;
    if (!Number.isNaN(event.latencyValue)) block.cells[latencyCell(context, event.latencyValue)]!++;
    if (event.errorFrom !== MISSING) block.errors++;
  }

  private addLabel(value: Record<string, unknown>, offset: number): AddResult {
    const problems = labelProblems(value);
    if (problems.length > 0) return { kind: 'rejected', problems };
    const label = value as unknown as LabelEvent;
    const ts = momentOf(label);
    const late = timeProblem(ts, this.settings.now, this.settings.times);
    if (late) return rejected(late.code, '$.ts', late.message);
    writeLabel(this.labels, label, ts);
    this.labels.text(this.settings.source);
    this.labels.byte(TAB);
    this.labels.whole(offset);
    this.labels.byte(TAB);
    this.labels.moment(this.settings.now);
    this.labels.byte(NEWLINE);
    this.labelRows++;
    return ADDED;
  }

  /** Takes features over that were appended to a model's order since this batch met it. */
  refresh(model: string): void {
    this.contexts.get(this.settings.plan, model);
  }

  /** Adds what can't be taken, with its original bytes. */
  addDeadLetter(letter: DeadLetterRecord): void {
    this.deadLetters.push(letter);
    writeDeadLetter(this.letters, letter, this.settings.source, this.settings.now);
  }

  model(name: string): BatchModel | null {
    let model = this.models.get(name);
    if (model) return model;
    const context = this.contexts.get(this.settings.plan, name);
    if (!context) return null;
    model = new BatchModel(context);
    this.models.set(name, model);
    return model;
  }

  slice(model: BatchModel, version: string): Slice {
    let slice = model.versions.get(version);
    if (!slice) {
      slice = new Slice(model.context, version, '', this.openedBlock);
      model.versions.set(version, slice);
    }
    return slice;
  }

  segment(model: BatchModel, version: string, segment: string): Slice | null {
    const key = JSON.stringify([version, segment]);
    let slice = model.segments.get(key);
    if (!slice) {
      if (model.segments.size >= this.settings.limits.segments) return null;
      slice = new Slice(model.context, version, segment, this.openedBlock);
      model.segments.set(key, slice);
    }
    return slice;
  }

  private noteAnomalies(model: string, names: readonly string[]): void {
    const known = this.anomalies.get(model) ?? new Set<string>();
    for (const name of names) if (known.size < 20) known.add(name);
    this.anomalies.set(model, known);
  }

  /** Counts a refused event in its model's traffic, where it names a model that is known here. */
  private countRejected(event: { model?: unknown; version?: unknown }): void {
    const { model, version } = event;
    if (typeof model !== 'string' || typeof version !== 'string' || version === '' || version.length > 200)
      return;
    const known = this.settings.registry.order(model).places.size > 0 || this.settings.plan.models.has(model);
    const batch = known ? this.model(model) : null;
    if (batch) this.slice(batch, version).block(minuteOf(this.settings.now)).rejected++;
  }

  /** The rows of every table. The buffers are this builder's own: use them before `release`. */
  tables(): TableRows[] {
    const histograms = new ByteWriter();
    const traffic = new ByteWriter(4_096);
    let histogramRows = 0;
    let trafficRows = 0;
    let oldestMinute = Number.POSITIVE_INFINITY;
    for (const slice of this.slices())
      for (const block of slice.minutes.values()) {
        histogramRows += writeHistograms(histograms, slice, block);
        writeTraffic(traffic, slice, block);
        trafficRows++;
        oldestMinute = Math.min(oldestMinute, block.minute * 1_000);
      }
    const { source, plan, now } = this.settings;
    const events = this.events.block({ source, epoch: plan.epoch, receivedAt: now });
    const text = 'TabSeparated';
    const tables: TableRows[] = [
      { table: 'events', columns: events.columns, rows: events.rows, format: 'Native', body: events.pieces },
      {
        table: 'labels',
        columns: LABEL_COLUMNS,
        rows: this.labelRows,
        format: text,
        body: [this.labels.bytes()],
      },
      {
        table: 'histograms',
        columns: HISTOGRAM_COLUMNS,
        rows: histogramRows,
        format: text,
        body: [histograms.bytes()],
        oldestMinute,
      },
      {
        table: 'traffic',
        columns: TRAFFIC_COLUMNS,
        rows: trafficRows,
        format: text,
        body: [traffic.bytes()],
        oldestMinute,
      },
      {
        table: 'dead_letters',
        columns: DEAD_LETTER_COLUMNS,
        rows: this.deadLetters.length,
        format: text,
        body: [this.letters.bytes()],
      },
    ];
    return tables.filter((table) => table.rows > 0);
  }

  private *slices(): Generator<Slice> {
    for (const model of this.models.values()) {
      yield* model.versions.values();
      yield* model.segments.values();
    }
  }

  /** Tells which minutes got events. Call once the batch is stored. */
  announce(arrivals: ArrivalListener): void {
    for (const model of this.models.values())
      for (const slice of model.versions.values()) {
        let from = Number.POSITIVE_INFINITY;
        let to = Number.NEGATIVE_INFINITY;
        for (const block of slice.minutes.values()) {
          if (block.requests === 0) continue;
          from = Math.min(from, block.minute);
          to = Math.max(to, block.minute);
        }
        if (from <= to) arrivals.arrived(model.context.model, slice.version, from, to);
      }
  }

  /** Gives the counts' memory back to the models' pools. The builder is done with then. */
  release(): void {
    for (const slice of this.slices()) {
      for (const block of slice.minutes.values()) slice.context.giveBack(block);
      slice.minutes.clear();
    }
    this.models.clear();
    if (!this.released) this.contexts.giveColumnsBack(this.events);
    this.released = true;
  }
}
