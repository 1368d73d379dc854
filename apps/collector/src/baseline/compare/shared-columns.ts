import { BaselineOptions, type LeftOut } from '@leeway/contract';
import { type ChosenColumn, chooseColumns, saidOf } from '../choose-columns.js';
import type { TrainingFile } from '../ports.js';

type Described = Pick<TrainingFile, 'columns' | 'rows'>;

/** Columns of A that B has with the same kind of values, and why the others are left out. Pure. */
export function sharedColumns(
  a: Described,
  b: Described,
  options: { exclude: string[]; kinds: BaselineOptions['kinds'] },
): { columns: ChosenColumn[]; leftOut: LeftOut[] } {
  const chosen = chooseColumns(a, BaselineOptions.parse({ exclude: options.exclude, kinds: options.kinds }));
  const inA = new Map(a.columns.map((column) => [column.name, column]));
  const inB = new Map(b.columns.map((column) => [column.name, column]));
  const leftOut = chosen.leftOut.filter((one) => one.code !== 'constant');
  // A column that never varied has no distribution to monitor, but whether B still has the same value is worth asking.
  const constants = chosen.leftOut
    .filter((one) => one.code === 'constant')
    .map(({ column }): ChosenColumn => {
      const type = inA.get(column)!.type;
      const inferred = type === 'number' ? 'numeric' : type === 'boolean' ? 'boolean' : 'categorical';
      return { column, kind: saidOf(options.kinds, column) ?? inferred };
    });
  const columns: ChosenColumn[] = [];
  for (const choice of [...chosen.features, ...constants]) {
    const other = inB.get(choice.column);
    if (!other) {
      leftOut.push({ column: choice.column, code: 'missing_in_b', message: 'only A has this column' });
      continue;
    }
    const numeric = choice.kind === 'numeric' || choice.kind === 'embedding';
    if (numeric && other.type !== inA.get(choice.column)!.type && other.missing < other.rows)
      leftOut.push({
        column: choice.column,
        code: 'kind_changed',
        message: `holds ${inA.get(choice.column)!.type} values in A and ${other.type} values in B`,
      });
    else columns.push(choice);
  }
  for (const column of b.columns)
    if (!inA.has(column.name))
      leftOut.push({ column: column.name, code: 'missing_in_a', message: 'only B has this column' });
  return { columns, leftOut };
}
