/** The slice as query parameters; empty ones are left out so that cache keys agree with the server's. */
export function sliceFilter(slice: { version: string; segment: string }): {
  version?: string;
  segment?: string;
} {
  return {
    ...(slice.version ? { version: slice.version } : {}),
    ...(slice.segment ? { segment: slice.segment } : {}),
  };
}
