import { ModelSettings } from '@leeway/contract';
import { apiPath, browserFetch, json, request, segment } from '../../lib/api';

/** Saves how a model is watched; `author` goes into the journal. Resolves with what is in force from now on. */
export function saveSettings(model: string, settings: ModelSettings, author: string): Promise<ModelSettings> {
  const body = { ...settings, ...(author ? { author } : {}) };
  return request(
    browserFetch,
    apiPath(`/models/${segment(model)}/settings`),
    ModelSettings,
    json('PUT', body),
  );
}
