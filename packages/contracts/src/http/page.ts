import { z } from 'zod'

/** The `limit` and `cursor` in the query of a list whose cursor is a position of the log. */
export const pageQuery = ({ sizeDefault, sizeMax }: { sizeDefault: number; sizeMax: number }) => ({
  limit: z.coerce.number().int().min(1).max(sizeMax).default(sizeDefault),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the cursor of an earlier answer')
    .transform(Number)
    .optional(),
})
