import { z } from 'zod';

/** RFC 9457 problem details. `code` is stable and meant for programs; `detail` tells a person what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  /** Field-level errors, where the request had some. */
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
