import type { ThreadComment } from '@logbook/contracts/http/query.ts'

/** One page of a thread: of the replies to a comment, or of more threads. */
interface Page {
  comments: readonly ThreadComment[]
  /** The cursor of the next page; null at the end. */
  next: string | null
}

interface ThreadCursor {
  /** The comment whose replies continue; null for more threads. */
  parentId: string | null
  cursor: string
}

interface Reading {
  first: Page
  ask: (cursor: ThreadCursor) => Promise<Page>
}

/** How many pages are requested after the first. The rest has links, as on any page. */
const pagesMax = 40

const cursorsIn = ({ comments, next }: Page, parentId: string | null): ThreadCursor[] => [
  ...comments.flatMap(({ id, more }) => (more ? [{ parentId: id, cursor: more }] : [])),
  ...(next === null ? [] : [{ parentId, cursor: next }]),
]

/** A whole thread, for readers without scripts. */
export const wholeThread = async ({ first, ask }: Reading): Promise<Page> => {
  const byId = new Map(first.comments.map((comment) => [comment.id, comment]))
  let { next } = first
  const cursors = cursorsIn(first, null)
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const cursor = cursors.shift()
    if (cursor === undefined) break
    const page = await ask(cursor)
    const parent = byId.get(cursor.parentId ?? '')
    if (parent) byId.set(parent.id, { ...parent, more: page.next })
    else next = page.next
    for (const comment of page.comments) byId.set(comment.id, comment)
    cursors.push(...cursorsIn(page, cursor.parentId))
  }
  return { comments: [...byId.values()], next }
}
