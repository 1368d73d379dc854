/** Top-level names of an event that the scanner knows, as bytes. */
export const KEY = {
  model: Buffer.from('model'),
  version: Buffer.from('version'),
  id: Buffer.from('id'),
  ts: Buffer.from('ts'),
  features: Buffer.from('features'),
  prediction: Buffer.from('prediction'),
  score: Buffer.from('score'),
  latency: Buffer.from('latency_ms'),
  error: Buffer.from('error'),
  tags: Buffer.from('tags'),
} as const;

/** Bits that mark a name as met, so that a second one of it is noticed. */
export const SEEN = {
  model: 1,
  version: 2,
  id: 4,
  ts: 8,
  features: 16,
  prediction: 32,
  score: 64,
  latency: 128,
  error: 256,
  tags: 512,
} as const;

export const REQUIRED = SEEN.model | SEEN.version | SEEN.id | SEEN.ts | SEEN.features;

export const TRUE = Buffer.from('true');
export const FALSE = Buffer.from('false');
export const NULL = Buffer.from('null');
