import { basename } from 'node:path'
import { commentEntry } from '../check.ts'
import type { Blog, Entry } from '../entry.ts'
import type { FoundPost, PostsHere } from '../posts-here.ts'
import type { XmlNode } from '../wordpress/parse-xml.ts'
import {
  type DisqusIndex,
  elementOf,
  idOf,
  indexExport,
  placeOf,
  readCuts,
  type Thread,
} from './index-export.ts'
import { postToComment } from './post-to-comment.ts'
import { ReplyOrder } from './reply-order.ts'

interface Context {
  index: DisqusIndex
  keyOf: (kind: 'comment' | 'thread', id: string) => string
  /** The post of this blog that a thread stands under; undefined where there is none. */
  postOf: (threadId: string, thread: Thread) => Promise<FoundPost | undefined>
  order: ReplyOrder
}

const refused = (where: string, error: unknown, kind: 'comment' | 'other' = 'comment'): Entry => ({
  type: 'refused',
  kind,
  where,
  reason: error instanceof Error ? error.message : String(error),
})

const nameOf = ({ link, identifier }: Thread): string => (link || identifier || 'no address').slice(0, 300)

interface FoundComment {
  node: XmlNode | undefined
  place: ReturnType<typeof placeOf>
  where: string
}

async function* readComment(
  { node, place, where }: FoundComment,
  { index, keyOf, postOf, order }: Context,
): AsyncGenerator<Entry> {
  const { id, thread: threadId } = place
  const thread = index.threads.get(threadId)
  if (!place.comes) {
    yield { type: 'skipped', kind: 'comment', where, reason: 'was deleted' }
    return
  }
  const post = thread && (await postOf(threadId, thread))
  if (thread === undefined || post === undefined) {
    const reason =
      thread === undefined
        ? 'its thread is not in the export'
        : `this blog has no post that stood at ${nameOf(thread)}`
    yield refused(where, reason)
    yield* order.leaveOut(id)
    return
  }
  const notes: Entry[] = []
  try {
    const said = postToComment(node, thread.link, (reason) => notes.push({ type: 'note', where, reason }))
    const keys = { key: keyOf('comment', id), postKey: keyOf('thread', threadId), parentKey: null }
    const entry = commentEntry({ where, item: { ...keys, postId: post.id, ...said } })
    yield* notes
    if (entry.type === 'comment') yield* order.take(id, entry)
    else {
      yield entry
      yield* order.leaveOut(id)
    }
  } catch (error) {
    yield refused(where, error)
    yield* order.leaveOut(id)
  }
}

async function* readEntries(file: string, context: Context): AsyncGenerator<Entry> {
  const name = basename(file)
  const seen = new Set<string>()
  for await (const cut of readCuts(file)) {
    const { line, done, total } = cut
    yield { type: 'progress', done, total }
    const kind = cut.type === 'post' ? 'comment' : 'other'
    let comment: FoundComment | undefined
    try {
      if (cut.type === 'broken') throw new Error(cut.reason)
      const node = elementOf(cut)
      const id = idOf(node)
      const where = `${name}:${line} (${cut.type === 'post' ? 'comment' : 'thread'} ${id})`
      if (seen.has(`${cut.type} ${id}`)) yield refused(where, 'has the same dsq:id as an earlier one', kind)
      else if (cut.type === 'post') comment = { node, place: placeOf(node), where }
      else {
        const thread = context.index.threads.get(id)
        if (thread?.isClosed && context.index.commented.has(id))
          yield {
            type: 'note',
            where,
            reason: 'was closed at Disqus; its post takes comments here unless it is told not to',
          }
      }
      seen.add(`${cut.type} ${id}`)
    } catch (error) {
      yield refused(`${name}:${line}`, error, kind)
    }
    // Outside `try`: an error of `here` ends the reading, and refuses no comment.
    if (comment !== undefined) yield* readComment(comment, context)
  }
  yield* context.order.rest()
}

const addressesOf = ({ link, identifier }: Thread): string[] =>
  [link, identifier].filter((text) => /^(?:https?:\/)?\//i.test(text))

/**
 * An export of Disqus (XML): comments onto posts that this blog has, each under the post that stood at its thread's address. It is read
 * twice, once for what comments refer to; memory holds one text at a time. Throws UnreadableBlog, and what `here` throws. Keys are
 * `disqus:<forum>:comment:<dsq:id>`.
 */
export const openDisqusExport = async ({
  file,
  identity,
  here,
}: {
  file: string
  identity?: string | undefined
  here: PostsHere
}): Promise<Blog> => {
  const index = await indexExport(file)
  const [first] = index.threads.values()
  const own = identity ?? (first?.forum || 'disqus')
  const keyOf: Context['keyOf'] = (kind, id) => `disqus:${own}:${kind}:${id}`
  return {
    format: 'disqus',
    identity: own,
    wanted: [],
    entries() {
      const places = new Map([...index.comments].map(([id, place]) => [id, { ...place }]))
      const found = new Map<string, Promise<FoundPost | undefined>>()
      return readEntries(file, {
        index,
        keyOf,
        order: new ReplyOrder(places, (id) => keyOf('comment', id)),
        postOf(id, thread) {
          const known = found.get(id) ?? here.find(addressesOf(thread))
          found.set(id, known)
          return known
        },
      })
    },
  }
}
