import { timestamp } from '@logbook/contracts/text.ts'
import { z } from 'zod'

/** The file that tells an export of Logbook from any other folder. */
export const manifestFile = 'logbook.json'

const count = z.number().int().min(0)

export const manifest = z.object({
  format: z.literal('logbook-export'),
  version: z.literal(1),
  /** What tells this blog from others, so that the items of two never meet. */
  blog: z.string().min(1).max(200),
  exportedAt: timestamp,
  counts: z.object({
    ...{ posts: count, pages: count, drafts: count, comments: count },
    /** Pictures and files. An export of before has none. */
    media: count.default(0),
  }),
  /** Comments without a text that anyone could read: deleted, erased or taken down. Media that were removed meanwhile. */
  leftOut: z.object({ comments: count, media: count.default(0) }),
})
export type Manifest = z.infer<typeof manifest>
