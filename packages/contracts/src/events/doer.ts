import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { entityId, line } from '../text.ts'

/** A person who did something, by id and name. The name is null once they have been erased, the id where it was not known. */
export const doer = z.object({
  id: entityId.nullable(),
  name: line({ charsMin: 1, charsMax: bounds.nameCharsMax }).nullable(),
})
export type Doer = z.infer<typeof doer>

/** Of an event that says under `by` who did it. */
export const personalDoer = {
  owner: ({ by }: { by: { id: string | null } | null }) => by?.id ?? null,
  fields: ['by'],
  erased: (id: string) => ({ by: { id, name: null } }),
} as const
