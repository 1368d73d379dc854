import type { BinningPlan, FeatureRegistry } from '../ports.js';
import { ModelContext } from './model-context.js';
import { EventColumns } from './native/event-columns.js';

const POOL = 8;
/** Memory that one stream of pooled columns may keep. */
const KEPT_BYTES = 16 * 1_048_576;

/**
 * Compiled models by plan. Kept as long as the plan is, so batches share them; a batch that replays an older epoch
 * compiles its own. At most `limit` models.
 */
export class Contexts {
  private readonly byPlan = new WeakMap<BinningPlan, Map<string, ModelContext>>();

  private readonly pool: EventColumns[] = [];

  constructor(
    private readonly registry: FeatureRegistry,
    private readonly limit: number,
  ) {}

  /** The model's context with its newest feature order, or null when there are too many models. */
  get(plan: BinningPlan, model: string): ModelContext | null {
    let models = this.byPlan.get(plan);
    if (!models) {
      models = new Map();
      this.byPlan.set(plan, models);
    }
    const order = this.registry.order(model);
    const known = models.get(model);
    const modelPlan = plan.models.get(model) ?? null;
    if (known && known.plan === modelPlan) {
      // Orders only ever grow, so their sizes tell them apart.
      if (known.bindings.size !== order.places.size) known.bind(order);
      return known;
    }
    if (!known && models.size >= this.limit) return null;
    const context = new ModelContext(model, modelPlan, order);
    models.set(model, context);
    return context;
  }

  /** Columns for event rows, from the pool: megabytes are not allocated again for each batch. */
  takeColumns(): EventColumns {
    return this.pool.pop() ?? new EventColumns();
  }

  giveColumnsBack(columns: EventColumns): void {
    columns.reset(KEPT_BYTES);
    if (this.pool.length < POOL) this.pool.push(columns);
  }
}
