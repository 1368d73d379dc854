import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaselineSummary, ModelSettings } from '@leeway/contract';
import type { LeewayApi } from './api.js';
import { BASELINE_COLUMNS, writeTrainingFile } from './baseline.js';
import { MODEL } from './events.js';
import { type Flight, readFlights } from './flights.js';
import { type DelayModel, fitDelayModel } from './model.js';

/** The month that the model is trained on, and its end (epoch ms). */
export const TRAINED_FROM = Date.UTC(2001, 0, 1);
export const TRAINED_TO = Date.UTC(2001, 1, 1);

/**
 * One window is one day of flights, which is one minute on the demo's clock. The hours of the demo's week have
 * nothing to do with the hours of the real one, so the seasonal reference is off.
 */
export const DEMO_SETTINGS: Partial<ModelSettings> = {
  window_ms: 60_000,
  step_ms: 60_000,
  seasonal: false,
};

/** Fits the model on January 2001. */
export async function trainModel(file: string): Promise<{ model: DelayModel; january: Flight[] }> {
  const january: Flight[] = [];
  for await (const flight of readFlights(file, TRAINED_FROM, TRAINED_TO)) january.push(flight);
  return { model: fitDelayModel(january), january };
}

/** Uploads January as the model's baseline and says how the model is to be watched. */
export async function uploadBaseline(
  api: LeewayApi,
  model: DelayModel,
  january: readonly Flight[],
): Promise<BaselineSummary> {
  const folder = await mkdtemp(join(tmpdir(), 'leeway-training-'));
  try {
    const path = join(folder, 'flights-2001-01.csv');
    await writeTrainingFile(path, january, model);
    const baseline = await api.createBaseline(MODEL, path, { ...BASELINE_COLUMNS, name: 'January 2001' });
    await api.settings(MODEL, DEMO_SETTINGS);
    return baseline;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
