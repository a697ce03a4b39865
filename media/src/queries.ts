import { mediaState } from '@logbook/contracts/http/media.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import { limits } from './limits.ts'

/** The query of `GET /media`. */
export const mediaPage = z.object({
  limit: z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the cursor of an earlier answer')
    .transform(Number)
    .optional(),
  state: mediaState.optional(),
  owner: z.union([z.literal('me'), entityId], 'must be me or the id of a person').optional(),
  q: z.string().min(1).max(200).optional(),
  unused: z.literal('true', 'must be true').optional(),
})
