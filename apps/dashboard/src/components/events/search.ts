import { parseAsNativeArrayOf, parseAsString } from 'nuqs/server';

/** The event page's part of the URL. `column` names the features that get a column; `feature` and `tag` filter. */
export const eventParsers = {
  model: parseAsString.withDefault(''),
  version: parseAsString.withDefault(''),
  /** `tag=value`, as links from segments write it. */
  segment: parseAsString.withDefault(''),
  id: parseAsString.withDefault(''),
  tag: parseAsNativeArrayOf(parseAsString),
  feature: parseAsNativeArrayOf(parseAsString),
  column: parseAsNativeArrayOf(parseAsString),
  /** A signal's name, as links from a signal's page write it; its feature becomes the first column. */
  signal: parseAsString.withDefault(''),
  cursor: parseAsString.withDefault(''),
};
