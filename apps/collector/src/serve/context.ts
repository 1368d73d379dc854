import type { Logger } from 'pino';
import type { MetricsBook } from './metrics.js';
import type {
  AlertCounts,
  AuditFigures,
  BaselineRoom,
  ChangeLog,
  DescribedRoute,
  EvaluateRoom,
  IngestRoom,
  ModelRoom,
  Range,
  ReadStore,
  StoreHealth,
} from './ports.js';
import type { StreamHub } from './stream.js';

export interface HttpOptions {
  token: string | undefined;
  /** Host names beside the loopback ones that requests may name while no token is set. */
  allowedHosts: readonly string[];
  bodyLimit: number;
  uploadLimit: number;
  /** Requests a minute and client address; 0 = no limit. */
  rateLimit: number;
  /** Directory for uploads on their way. */
  uploadDir: string;
}

/** Everything the API asks. Rooms that this process' role leaves out are null: their routes answer 503. */
export interface ServeContext {
  version: string;
  startedAt: number;
  http: HttpOptions;
  log: Logger;
  /** The API's clock, epoch ms. */
  now(): number;
  reads: ReadStore;
  store: StoreHealth;
  models: ModelRoom;
  baselines: BaselineRoom;
  changes: ChangeLog;
  /** Compares counts with events over a range, and makes them agree with `repair`. */
  audit(model: string, range: Range, repair: boolean): Promise<AuditFigures>;
  ingest: IngestRoom | null;
  evaluate: EvaluateRoom | null;
  alerts: AlertCounts | null;
  /** The alert room's own routes, mounted under `/api/v1`. */
  alertRoutes: readonly DescribedRoute[];
  /** The process that runs alerts where this one does not (`alerts` is null); null = nobody said. */
  evaluateUrl: string | null;
  metrics: MetricsBook;
  stream: StreamHub;
  /** Why the process is not ready to serve, or null when it is. */
  notReady(): string | null;
}
