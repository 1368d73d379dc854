import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answer } from './events.js';
import type { Flight } from './flights.js';
import { simulatedLatency } from './latency.js';
import type { DelayModel } from './model.js';

/** Columns of the training file that are not features, as the baseline API wants them named. */
export const BASELINE_COLUMNS = {
  timestamp: 'scheduled',
  prediction: 'predicted_delay',
  label: 'delay',
  latency: 'latency_ms',
} as const;

/** Writes what the model was trained on, with what it predicts there, as a CSV file for the baseline upload. */
export async function writeTrainingFile(
  path: string,
  flights: readonly Flight[],
  model: DelayModel,
): Promise<void> {
  await pipeline(Readable.from(lines(flights, model)), createWriteStream(path));
}

function* lines(flights: readonly Flight[], model: DelayModel): Generator<string> {
  yield 'scheduled,distance,origin,destination,hour,predicted_delay,delay,latency_ms\n';
  let block = '';
  for (const f of flights) {
    const when = new Date(f.at).toISOString();
    block += `${when},${f.distance},${f.origin},${f.destination},${f.hour},`;
    block += `${answer(model.predict(f))},${f.delay},${simulatedLatency(f.row)}\n`;
    if (block.length > 1 << 16) {
      yield block;
      block = '';
    }
  }
  if (block !== '') yield block;
}
