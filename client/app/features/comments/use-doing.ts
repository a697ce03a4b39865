import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useEditMinutes, useViewer } from '../page/viewer.ts'
import { useAsOf } from '../past/as-of.ts'
import type { Refused } from './edit-form.tsx'
import type { Doing } from './own-actions.tsx'
import type { ThreadComment } from './thread.ts'
import { rightsOf } from './use-rights.ts'

/** What the address says is being done, for who reads without scripts. */
const doingIn = (search: URLSearchParams): Doing | undefined => {
  for (const kind of ['edit', 'remove'] as const) {
    const id = search.get(kind)
    if (id !== null) return { kind, id }
  }
  return undefined
}

interface Circumstances {
  comments: readonly ThreadComment[]
  /** A form that was not taken is shown again, with what was typed. */
  refused: Refused | undefined
}

/** What is being done to a comment, beginning with what the address says and the reader may do. */
export const useDoing = ({ comments, refused }: Circumstances) => {
  const [search] = useSearchParams()
  const asOf = useAsOf()
  const [viewer, editMinutes] = [useViewer(), useEditMinutes()]
  return useState(() => {
    const asked = asOf === null ? doingIn(search) : undefined
    const comment = comments.find(({ id }) => id === asked?.id)
    if (asked === undefined || comment === undefined || refused?.id === asked.id) return asked
    const { edit, remove } = rightsOf(comment, { viewer, editMinutes, now: Date.now() })
    return (asked.kind === 'edit' ? edit : remove) ? asked : undefined
  })
}
