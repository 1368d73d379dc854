import type { StreamMessage } from '@leeway/contract';

/** Query topics that a live message of each kind makes stale; a topic is the first part of a query key. */
export const STALE_BY: Record<StreamMessage['kind'], readonly string[]> = {
  verdicts: [
    'models',
    'model',
    'signals',
    'verdicts',
    'heatmap',
    'series',
    'histograms',
    'segments',
    'distribution',
  ],
  alerts: [
    'alerts',
    'incidents',
    'incident',
    'models',
    'model',
    'rules',
    'silences',
    'deliveries',
    'receivers',
  ],
  baselines: ['baselines', 'baseline', 'models', 'model', 'signals', 'heatmap', 'histograms'],
  ingest: ['status', 'events'],
  models: ['models', 'model'],
};

/**
 * Whether a cached query is stale after the messages collected since the last look. A message that names a
 * model leaves the other models' queries alone. `data` is the query's answer: a list of models is stale once events
 * arrive for one that it does not have, and not with every event of those it has.
 */
export function isStale(
  key: readonly unknown[],
  messages: readonly Pick<StreamMessage, 'kind' | 'model'>[],
  data?: unknown,
): boolean {
  const [topic, model] = key;
  if (
    topic === 'models' &&
    messages.some((message) => message.kind === 'ingest' && lacks(data, message.model))
  )
    return true;
  return messages.some(
    (message) =>
      typeof topic === 'string' &&
      STALE_BY[message.kind].includes(topic) &&
      (message.model === null ||
        typeof model !== 'string' ||
        !MODEL_TOPICS.has(topic) ||
        model === message.model),
  );
}

function lacks(data: unknown, model: string | null): boolean {
  if (model === null || typeof data !== 'object' || data === null || !('models' in data)) return false;
  const { models } = data as { models: readonly { model: string }[] };
  return !models.some((known) => known.model === model);
}

/** Topics whose second key part is a model's name (others carry ids there). */
const MODEL_TOPICS = new Set([
  'model',
  'signals',
  'verdicts',
  'heatmap',
  'series',
  'histograms',
  'segments',
  'distribution',
  'events',
  'baselines',
]);
