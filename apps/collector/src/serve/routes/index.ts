import type { FastifyInstance } from 'fastify';
import type { ServeContext } from '../context.js';
import { addBaselineRoutes } from './baselines.js';
import { addCompareRoutes } from './compare.js';
import { addDescribedRoutes } from './described.js';
import { addDriftRoutes } from './drift.js';
import { addEventRoutes } from './events.js';
import { addForwardedRoutes } from './forwarded.js';
import { addIngestRoutes } from './ingest.js';
import { addModelRoutes } from './models.js';
import { addSeriesRoutes } from './series.js';
import type { Typed } from './shared.js';
import { addSystemRoutes } from './system.js';
import { addVerifyRoutes } from './verify.js';

/** All routes under `/api/v1`, one file a subject. */
export function addRoutes(app: FastifyInstance, context: ServeContext): void {
  const typed: Typed = app.withTypeProvider();
  const groups = [
    addIngestRoutes,
    addModelRoutes,
    addDriftRoutes,
    addSeriesRoutes,
    addCompareRoutes,
    addEventRoutes,
    addBaselineRoutes,
    addSystemRoutes,
    addVerifyRoutes,
  ];
  for (const add of groups) add(typed, context);
  if (context.alerts) addDescribedRoutes(typed, context.alertRoutes, 'alerts');
  else addForwardedRoutes(typed, context, context.alertRoutes);
}
