/** Items by name: those worth showing, and how many more there are. */
export type Found<Item> = { shown: Item[]; more: number };

/**
 * The first `most` items whose name holds every word of `text`, in any order and case. Names that begin with the text
 * come first; otherwise the given order stays. An empty text finds everything.
 */
export function findByName<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  text: string,
  most: number,
): Found<Item> {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const begin: Item[] = [];
  const hold: Item[] = [];
  for (const item of items) {
    const name = nameOf(item).toLowerCase();
    if (!words.every((word) => name.includes(word))) continue;
    (name.startsWith(wanted) ? begin : hold).push(item);
  }
  const found = begin.concat(hold);
  return { shown: found.slice(0, most), more: Math.max(0, found.length - most) };
}
