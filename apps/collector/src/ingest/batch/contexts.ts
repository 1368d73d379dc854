import type { BinningPlan, FeatureRegistry } from '../ports.js';
import { ModelContext } from './model-context.js';

/**
 * Compiled models by plan. Kept as long as the plan is, so batches share them; a batch that replays an older epoch
 * compiles its own. At most `limit` models.
 */
export class Contexts {
  private readonly byPlan = new WeakMap<BinningPlan, Map<string, ModelContext>>();

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
}
