import { entityId, timestamp } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import { limits } from '../limits.ts'
import type { Place } from '../read-model/post-list.ts'

const wrongCursor = 'must be the cursor of an earlier answer'
const limit = z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault)

const place = z.tuple([timestamp, entityId])

const cursor = z
  .string()
  .max(200, wrongCursor)
  .transform((encoded, context): Place => {
    try {
      const [createdAt, id] = place.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString()))
      return { createdAt, id }
    } catch {
      context.addIssue({ code: 'custom', message: wrongCursor })
      return z.NEVER
    }
  })

/** The cursor after a page that ended here: opaque to callers. */
export const placeAfter = ({ createdAt, id }: Place): string =>
  Buffer.from(JSON.stringify([createdAt, id])).toString('base64url')

export const listQuery = z.object({
  limit,
  cursor: cursor.optional(),
  status: z.enum(['draft', 'published']).optional(),
})

/** The query of `GET /posts`. */
export const listPage = listQuery.transform(({ cursor: before, ...rest }) => ({ ...rest, before }))

/** The query of `GET /posts/:id/history`; its cursor is a version of the stream. */
export const historyPage = z.object({
  limit,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, wrongCursor)
    .transform(Number)
    .optional(),
})

const version = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a version of this post')
  .transform(Number)

/** The query of `GET /posts/:id/diff`. */
export const diffQuery = z.object({ from: version.optional(), to: version.optional() })
/** The path of `GET /posts/:id/history/:version`. */
export const versionPath = z.object({ version })
