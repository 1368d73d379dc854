import { parseAsString } from 'nuqs/server';
import { DEFAULT_RANGE } from './range';

/** URL parameters that every page understands; pages add their own beside them. */
export const rangeParsers = {
  from: parseAsString.withDefault(DEFAULT_RANGE.from),
  to: parseAsString.withDefault(DEFAULT_RANGE.to),
};

/** A slice of one model's events: version and segment (`tag=value`), empty for all. */
export const sliceParsers = {
  version: parseAsString.withDefault(''),
  segment: parseAsString.withDefault(''),
};
