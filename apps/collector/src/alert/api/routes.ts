import type { RoomParts } from '../room.js';
import { alertAndIncidentRoutes } from './alerts.js';
import { receiverRoutes } from './receivers.js';
import type { AlertRoute } from './route.js';
import { ruleRoutes } from './rules.js';
import { silenceRoutes } from './silences.js';

/** All routes of the alert room, relative to `/api/v1`. */
export function alertRoutes(parts: RoomParts): AlertRoute[] {
  return [
    ...alertAndIncidentRoutes(parts),
    ...silenceRoutes(parts),
    ...ruleRoutes(parts),
    ...receiverRoutes(parts),
  ];
}
