import type { Refused } from './edit-form.tsx'
import { type RightsOf, rightsOf } from './rights.ts'
import type { ThreadComment } from './thread.ts'

/** What is being done to a comment in its place. */
export interface Doing {
  kind: 'edit' | 'remove'
  id: string
}

interface DoingInput {
  search: URLSearchParams
  comments: readonly ThreadComment[]
  /** A form that was not taken is shown again, with what was typed. */
  refused: Refused | undefined
  rights: Omit<RightsOf, 'now'>
}

/** What the address or a form that was not taken says is being done, as far as the reader may do it. */
export const doingIn = ({ search, comments, refused, rights }: DoingInput): Doing | undefined => {
  if (refused?.command === 'edit' || refused?.command === 'remove')
    return { kind: refused.command, id: refused.id }
  for (const kind of ['edit', 'remove'] as const) {
    const id = search.get(kind)
    if (id === null) continue
    const comment = comments.find((each) => each.id === id)
    return comment && rightsOf(comment, { ...rights, now: Date.now() })[kind] ? { kind, id } : undefined
  }
  return undefined
}
