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

/** Clocks differ, and so do the zones in which dates without one were meant. */
const aheadMsMax = 24 * 60 * 60_000

/** The fault of an item that says it was changed in the future; undefined where it was not. `writtenAt` are its other times, which may lie there. */
export const changeYetToCome = (
  changedAt: string | null | undefined,
  { writtenAt, now }: { writtenAt: readonly (string | null)[]; now: Date },
): string | undefined => {
  if (changedAt == null) return undefined
  const latest = Math.max(now.getTime() + aheadMsMax, ...writtenAt.map((time) => Date.parse(time ?? '') || 0))
  return Date.parse(changedAt) > latest ? 'must not be in the future' : undefined
}

/** The body of an import: each item is checked by itself. */
export const importItems = z.array(z.unknown()).max(bounds.importItemsMax)
