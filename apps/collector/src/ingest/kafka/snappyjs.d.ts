declare module 'snappyjs' {
  /** Decompresses one raw Snappy block; throws when it would be longer than `maxLength`. */
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array;
  export function compress(input: Uint8Array): Uint8Array;
}
