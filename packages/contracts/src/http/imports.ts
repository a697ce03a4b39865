import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { entityId } from '../text.ts'

/** An identity of something elsewhere, stable across exports: what makes an import that runs twice change nothing. */
export const importKey = z.string().min(1).max(500)

/**
 * `POST /imports` takes an array of items, checked one by one: a bad one refuses itself alone. The answer is 200 with an
 * `ImportOutcome` for each, in order. A `key` always becomes the same id.
 */
export const importOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('imported'), key: z.string(), id: entityId }),
  z.object({ outcome: z.literal('unchanged'), key: z.string(), id: entityId }),
  /** It was here, and pictures of its text that came since are in their places now. */
  z.object({ outcome: z.literal('updated'), key: z.string(), id: entityId }),
  z.object({ outcome: z.literal('refused'), key: z.string(), reason: z.string() }),
])
export type ImportOutcome = z.infer<typeof importOutcome>

/** The body of an import: each item is checked by itself. */
export const importItems = z.array(z.unknown()).max(bounds.importItemsMax)
