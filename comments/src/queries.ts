import { z } from 'zod'
import { limits } from './limits.ts'

/** The query of `GET /posts/:id/comments`. */
export const threadPage = z.object({
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the cursor of an earlier answer')
    .transform(Number)
    .default(0),
})
