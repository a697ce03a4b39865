import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { entityId, line } from '../text.ts'

/** A person who did something, by id and name. The name is null once they have been erased, the id where it was not known. */
export const doer = z.object({
  id: entityId.nullable(),
  name: line({ charsMin: 1, charsMax: bounds.nameCharsMax }).nullable(),
})
export type Doer = z.infer<typeof doer>
