import type { BinningPlan, FeatureRegistry } from '../ports.js';
import { ByteWriter } from './byte-writer.js';
import { ModelContext } from './model-context.js';

const WRITERS = 8;
const WRITER_BYTES = 16 * 1_048_576;

/**
 * Compiled models by plan. Kept as long as the plan is, so batches share them; a batch that replays an older epoch
 * compiles its own. At most `limit` models.
 */
export class Contexts {
  private readonly byPlan = new WeakMap<BinningPlan, Map<string, ModelContext>>();

  private readonly writers: ByteWriter[] = [];

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

  /** A writer for event rows, from the pool: row text of megabytes is not allocated again for each batch. */
  takeWriter(): ByteWriter {
    return this.writers.pop() ?? new ByteWriter();
  }

  giveWriterBack(writer: ByteWriter): void {
    writer.reset(WRITER_BYTES);
    if (this.writers.length < WRITERS) this.writers.push(writer);
  }
}
