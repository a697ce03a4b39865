import { z } from 'zod'
import { limits } from './limits.ts'

const position = z.string().regex(/^\d{1,15}$/, 'must be the cursor of an earlier answer')

/** The query of `GET /inbox`. */
export const inboxPage = z.object({
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
  cursor: position.transform(Number).optional(),
})
