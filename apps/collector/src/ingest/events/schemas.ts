import { LabelEvent, PredictionEvent } from '@leeway/contract';
import { z } from 'zod';

/** The JSON Schemas that docs/schemas publishes, by file name. */
export function eventSchemas(): Record<string, object> {
  return {
    'prediction-event.json': {
      title: 'Prediction event',
      ...z.toJSONSchema(PredictionEvent, { io: 'input' }),
    },
    'label-event.json': { title: 'Label event', ...z.toJSONSchema(LabelEvent, { io: 'input' }) },
  };
}
