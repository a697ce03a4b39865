import type { Cause } from '@logbook/chassis/command/cause.ts'
import { look } from '@logbook/chassis/http/validate.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { importComment } from '@logbook/contracts/http/comments.ts'
import type { ImportOutcome } from '@logbook/contracts/http/posts.ts'
import type { z } from 'zod'
import type { Writer } from './writer.ts'

type Item = z.output<typeof importComment>
type Parsed = ReturnType<typeof look<typeof importComment>>

interface Importing {
  writer: Writer
  ids: Ids
  cause: Cause
}

/** Whoever is called the same and has the same address is taken for one person; who is nameless, for another each time. */
const authorOf = ({ author, key }: Item): string =>
  author ? derivedId('imported-person', author.name, author.url ?? '') : derivedId('imported-person', key)

const postIdOf = ({ postId, postKey }: Item): string => postId ?? derivedId('import', postKey)

const commentOf = (item: Item): EventData<'CommentCreated'> => ({
  id: derivedId('import', item.key),
  postId: postIdOf(item),
  parentId: item.parentKey === null ? null : derivedId('import', item.parentKey),
  authorId: authorOf(item),
  author: item.author && { ...item.author, email: null },
  content: item.content,
  status: 'pending',
  // The moment stays, in the one form that sorts as text.
  createdAt: new Date(item.createdAt).toISOString(),
  priorVerdict: item.status,
})

const keyOf = (item: unknown): string =>
  typeof item === 'object' && item !== null && 'key' in item && typeof item.key === 'string' ? item.key : ''

const importOne = async (item: Item, { writer, ids, cause }: Importing): Promise<ImportOutcome> => {
  const { key } = item
  const comment = commentOf(item)
  try {
    const { appended } = await writer.importComment(comment, { id: ids.next(), ...cause })
    return { outcome: appended ? 'imported' : 'unchanged', key, id: comment.id }
  } catch (error) {
    // A fault of the way is the whole request's: it can be made again, and finds what was done.
    if (!(error instanceof Problem) || error.status >= 500) throw error
    return { outcome: 'refused', key, reason: error.message }
  }
}

/** Imports all in one append. Undefined, and none imported, where one of them is not new or can't come. */
const importTogether = async (
  parsed: readonly Parsed[],
  { writer, cause }: Importing,
): Promise<ImportOutcome[] | undefined> => {
  const items = parsed.flatMap((each) => (each.success ? [each.data] : []))
  if (items.length < parsed.length) return undefined
  const comments = items.map((item) => ({ key: item.key, comment: commentOf(item) }))
  try {
    await writer.importComments(
      comments.map(({ comment }) => comment),
      cause,
    )
    return comments.map(({ key, comment: { id } }) => ({ outcome: 'imported', key, id }))
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error
    return undefined
  }
}

/**
 * Imports comments under ids that follow from their keys, so that a second time changes nothing: those that are all new in one
 * append, others one after the other within each post. Of comments of one moment, the later item is the later comment. A parent
 * must stand before its replies among the items, or be in the log.
 */
export const importAll = async (
  items: readonly unknown[],
  importing: Importing,
): Promise<ImportOutcome[]> => {
  const parsed = items.map((item) => look(importComment, item))
  const together = await importTogether(parsed, importing)
  if (together) return together
  const lastOf = new Map<string, Promise<unknown>>()
  return Promise.all(
    parsed.map((each, index): Promise<ImportOutcome> | ImportOutcome => {
      if (!each.success) return { outcome: 'refused', key: keyOf(items[index]), reason: each.detail }
      const postId = postIdOf(each.data)
      const before = lastOf.get(postId) ?? Promise.resolve()
      const outcome = before.then(() => importOne(each.data, importing))
      lastOf.set(postId, outcome)
      return outcome
    }),
  )
}
