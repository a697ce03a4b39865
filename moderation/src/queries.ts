import { verdictStatus } from '@logbook/contracts/events/comments.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import { limits } from './limits.ts'

const position = z.string().regex(/^\d{1,15}$/, 'must be the cursor of an earlier answer')
const page = {
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
  cursor: position.transform(Number).optional(),
}

/** The query of `GET /queue`. */
export const queuePage = z.object(page)
/** The query of `GET /judged`: of one status, by the caller, or both. */
export const judgedPage = z.object({
  ...page,
  status: verdictStatus.optional(),
  by: z.literal('me', 'must be me').optional(),
})
/** The query of `GET /log`. */
export const logPage = z.object({ ...page, comment: entityId.optional() })
