import { DEFAULT_SETTINGS, ModelSettings } from '@leeway/contract';
import type { z } from 'zod';
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
  /** Called when stored settings were out of range and others took their place; names the fields. */
  mended?(model: string, fields: readonly string[]): void;
}

/**
 * Replays every change of settings from the journal. A change is durable before it counts. Settings written by an
 * older version keep their values; fields they don't have take their defaults, numbers out of range the nearest in it.
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
    const mended = new Map<string, string[]>();
    await journal.replay([KIND], (entries) => {
      for (const { seq, model, body } of entries) {
        if (seq <= newest) continue;
        newest = seq;
        const stored = body as { settings?: object } | null;
        const read = readSettings(stored?.settings);
        settings.set(model, read.settings);
        mended.set(model, read.mended);
        changed.push(model);
        note(model);
      }
    });
    for (const [model, fields] of mended) if (fields.length > 0) options.mended?.(model, fields);
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

/** Stored settings with every field in range, and the names of those that were not. */
function readSettings(stored: object | undefined): { settings: ModelSettings; mended: string[] } {
  const merged: Record<string, unknown> = { ...DEFAULT_SETTINGS, ...stored };
  const parsed = ModelSettings.safeParse(merged);
  if (parsed.success) return { settings: parsed.data, mended: [] };
  const mended = new Map<string, unknown>();
  for (const issue of parsed.error.issues) {
    const field = String(issue.path[0]);
    mended.set(field, nearest(issue, merged[field]) ?? DEFAULT_SETTINGS[field as keyof ModelSettings]);
  }
  const again = ModelSettings.safeParse({ ...merged, ...Object.fromEntries(mended) });
  return { settings: again.data ?? DEFAULT_SETTINGS, mended: [...mended.keys()] };
}

function nearest(issue: z.core.$ZodIssue, value: unknown): number | null {
  if (typeof value !== 'number') return null;
  if (issue.code === 'too_small') return Number(issue.minimum);
  return issue.code === 'too_big' ? Number(issue.maximum) : null;
}
