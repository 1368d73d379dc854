import type { ModelSummary } from '@leeway/contract';

type Candidate = Pick<ModelSummary, 'model' | 'baseline' | 'firing' | 'events'>;

/**
 * The model that a rule is tried on unless another is chosen: one that its pattern takes (`*` and `?` stand for
 * anything), rather one where something fires, has a baseline and has events. Empty when there is none.
 */
export function modelToTry(models: readonly Candidate[], pattern: string): string {
  const takes = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );
  const watched = models.filter(({ model }) => takes.test(model));
  const promise = (one: Candidate) =>
    4 * Number(one.firing > 0) + 2 * Number(one.baseline !== null) + Number(one.events > 0);
  const [first] = [...(watched.length > 0 ? watched : models)].sort((a, b) => promise(b) - promise(a));
  return first?.model ?? '';
}
