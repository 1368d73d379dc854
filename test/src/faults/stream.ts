import type { Baseline } from '@leeway/contract';
import { compileCategoricalBinner, compileJoint, compileNumericBinner, latencyBin } from '@leeway/stats';

export const MODEL = 'faults';
const COLORS = ['red', 'green', 'blue', 'violet'];
/** One message in so many is not an event. */
const POISON_EVERY = 499;
/** Times repeat after so many events, so that long runs stay within an hour. */
const TIME_CYCLE = 200_000;

export interface FaultEvent {
  version: string;
  ts: number;
  x: number;
  y: number | null;
  color: string;
  prediction: number;
  latency: number;
}

export function isPoison(index: number): boolean {
  return index % POISON_EVERY === POISON_EVERY - 1;
}

/** The event of an index: everything about it follows from the index, so the truth needs no record of what was sent. */
export function eventAt(index: number, start: number): FaultEvent {
  const mixed = Math.imul(index + 1, 2_654_435_761) >>> 0;
  return {
    version: index % 3 === 0 ? 'v2' : 'v1',
    ts: start + (index % TIME_CYCLE) * 7,
    x: (mixed % 10_007) / 100,
    y: index % 11 === 0 ? null : ((mixed >>> 8) % 5_003) / 10,
    color: COLORS[(mixed >>> 16) % COLORS.length]!,
    prediction: ((mixed >>> 4) % 1_009) / 1_009,
    latency: 1 + (mixed % 997) / 10,
  };
}

export function idOf(index: number): string {
  return `e-${String(index).padStart(9, '0')}`;
}

/** The message of an index; poison is cut in the middle, wrong in kind, or no JSON at all. */
export function messageAt(index: number, start: number): string {
  const event = eventAt(index, start);
  const text = JSON.stringify({
    model: MODEL,
    version: event.version,
    id: idOf(index),
    ts: event.ts,
    features: { x: event.x, y: event.y, color: event.color },
    prediction: event.prediction,
    latency_ms: event.latency,
  });
  if (!isPoison(index)) return text;
  return [text.slice(0, 40), text.replace('"x":', '"x":{},"x2":{"a":1},"x3":'), 'not an event'][index % 3]!;
}

/** Training data that spans the stream's values. */
export function trainingCsv(): string {
  const lines = ['x,y,color,prediction'];
  for (let i = 0; i < 5_000; i++) {
    const event = eventAt(i * 17 + 5, 0);
    lines.push(`${event.x},${event.y ?? ''},${event.color},${event.prediction}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Counts by `version|signal|minute|bin`. */
export type Counts = Map<string, number>;

/** What the tables of counts must hold for the first `count` indices under a baseline. */
export function trueCounts(baseline: Baseline, count: number, start: number): Counts {
  const counts: Counts = new Map();
  const signals = baseline.signals.filter(({ role }) => ['feature', 'prediction', 'joint'].includes(role));
  const binOf = signals.map((signal): ((event: FaultEvent) => number) => {
    const name = signal.signal === '@prediction' ? 'prediction' : signal.signal;
    if (signal.kind === 'categorical') {
      const bin = compileCategoricalBinner(signal);
      return (event) => bin(event[name as 'color']);
    }
    const bin = compileNumericBinner(signal);
    const { joint } = signal;
    if (joint) {
      const distance = compileJoint(joint);
      return (event) => {
        const row = joint.signals.map((part) => event[part as 'x'] ?? Number.NaN);
        return bin(row.some(Number.isNaN) ? null : distance(row));
      };
    }
    return (event) => bin(event[name as 'x']);
  });
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let index = 0; index < count; index++) {
    if (isPoison(index)) continue;
    const event = eventAt(index, start);
    const minute = Math.floor(event.ts / 60_000) * 60;
    signals.forEach((signal, i) => {
      add(`${event.version}|${signal.signal}|${minute}|${binOf[i]!(event)}`);
    });
    add(`${event.version}|@latency|${minute}|${latencyBin(event.latency)}`);
    add(`${event.version}|requests|${minute}|0`);
  }
  return counts;
}
