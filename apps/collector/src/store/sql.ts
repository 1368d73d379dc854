/** SQL whose values are already safe: made by `sql` from literal text and escaped values. */
export class Sql {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

export type SqlValue = string | number | bigint | boolean | Sql | readonly (string | number | bigint | Sql)[];

/**
 * A ClickHouse string literal. Values go into the statement's text, not into bound parameters: the embedded engine
 * runs statements with parameters one at a time over all connections, which would join the lanes into one.
 */
export function quoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
}

/** Text for one value: strings become literals, numbers are checked, arrays become `(a, b)`, `Sql` stays as it is. */
export function literal(value: SqlValue): string {
  if (value instanceof Sql) return value.text;
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} can't be written into a statement`);
    return String(value);
  }
  if (value.length === 0) return '(NULL)'; // `x IN (NULL)` holds for no x
  return `(${value.map((item) => literal(item)).join(', ')})`;
}

/** Tagged template: sql`SELECT … WHERE model = ${model}`. Every value is escaped. */
export function sql(parts: TemplateStringsArray, ...values: SqlValue[]): Sql {
  let text = parts[0]!;
  for (let i = 0; i < values.length; i++) text += literal(values[i]!) + parts[i + 1]!;
  return new Sql(text);
}

/** Text that the program itself wrote, e.g. a column list. Never of user input. */
export function raw(text: string): Sql {
  return new Sql(text);
}

/** A back-quoted identifier. */
export function identifier(name: string): Sql {
  return new Sql(`\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``);
}

/** An array literal `[a, b]` of numbers or strings. Numbers keep every bit (shortest round-trip text). */
export function array(values: readonly (string | number)[]): Sql {
  return new Sql(`[${values.map((value) => literal(value)).join(', ')}]`);
}

/** Joins fragments with text between them; an empty list gives `otherwise`. */
export function join(fragments: readonly Sql[], between: string, otherwise = ''): Sql {
  return new Sql(fragments.length === 0 ? otherwise : fragments.map((f) => f.text).join(between));
}

/** Epoch milliseconds as the DateTime64(3) text that every table takes: `seconds.mmm`, from 1970-01-02 on. */
export function momentText(ms: number): string {
  const whole = Math.floor(ms);
  return `${Math.floor(whole / 1000)}.${String(((whole % 1000) + 1000) % 1000).padStart(3, '0')}`;
}

/** Epoch milliseconds as a DateTime64(3) expression. */
export function moment(ms: number): Sql {
  return new Sql(`fromUnixTimestamp64Milli(toInt64(${Math.round(ms)}), 'UTC')`);
}

/** Epoch milliseconds, floored to the second, as a DateTime expression. */
export function second(ms: number): Sql {
  return new Sql(`toDateTime(${Math.max(0, Math.floor(ms / 1000))}, 'UTC')`);
}
