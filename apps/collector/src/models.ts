import { DEFAULT_SETTINGS, ModelSettings } from '@leeway/contract';
import type { Journal } from './alert/ports.js';
import type { ModelRoom } from './serve/ports.js';

/** Models held in memory; names beyond it are stored and counted, but not listed nor evaluated. */
const MOST_MODELS = 10_000;
const KIND = 'settings';

/** The models that are known, and how each is watched. Several rooms look at it; none of them owns it. */
export interface ModelBook extends ModelRoom {
  /** Makes sure that a model is listed. Cheap. */
  note(model: string): void;
  /** Takes over models and settings that came through other collectors. */
  refresh(): Promise<void>;
}

export interface ModelBookOptions {
  journal: Pick<Journal, 'append' | 'replay'>;
  /** Models that the store has events of. */
  stored(): Promise<readonly string[]>;
  now(): number;
  /** Called after settings changed. */
  changed(model: string): void;
  /** Called once when there are more models than can be listed. */
  overflow(model: string): void;
}

/**
 * Replays every change of settings from the journal. A change is durable before it counts. Settings written by an
 * older version keep their values; fields they don't have take their defaults.
 */
export async function openModelBook(options: ModelBookOptions): Promise<ModelBook> {
  const { journal } = options;
  const settings = new Map<string, ModelSettings>();
  const names = new Set<string>();
  let warned = false;

  function note(model: string): void {
    if (names.has(model)) return;
    if (names.size < MOST_MODELS) {
      names.add(model);
      return;
    }
    if (!warned) options.overflow(model);
    warned = true;
  }

  let newest = 0;
  async function refresh(): Promise<string[]> {
    const changed: string[] = [];
    await journal.replay([KIND], (entries) => {
      for (const { seq, model, body } of entries) {
        if (seq <= newest) continue;
        newest = seq;
        const stored = body as { settings?: object } | null;
        const parsed = ModelSettings.safeParse({ ...DEFAULT_SETTINGS, ...stored?.settings });
        if (!parsed.success) continue;
        settings.set(model, parsed.data);
        changed.push(model);
        note(model);
      }
    });
    for (const model of await options.stored()) note(model);
    return changed;
  }
  await refresh();

  const settingsOf = (model: string) => settings.get(model) ?? DEFAULT_SETTINGS;
  return {
    note,
    async refresh() {
      for (const model of await refresh()) options.changed(model);
    },
    list: () => [...names].sort(),
    settings: settingsOf,
    async saveSettings(model, change, author) {
      const next = ModelSettings.parse({ ...settingsOf(model), ...change });
      const body = { settings: next, author };
      await journal.append([{ at: options.now(), kind: KIND, model, body }]);
      settings.set(model, next);
      note(model);
      options.changed(model);
      return next;
    },
  };
}
