import { roomFor } from '@logbook/chassis/cache-room.ts'
import type { RelatedPost } from '@logbook/contracts/http/query.ts'
import { LRUCache } from 'lru-cache'
import type { View } from '../follower.ts'
import { limits } from '../limits.ts'
import type { PostRow } from '../projections/post-rows.ts'
import type { Touched } from '../projections/touched.ts'

interface PreparedOptions {
  current: () => Pick<View, 'projections' | 'related'>
  /** Called when the related posts of a post have changed while its pages are cached. */
  onChanged: (postId: string) => void
}

/** Takes the first few out of a set. */
const firstOf = (waiting: Set<string>): string[] => {
  const first = [...waiting].slice(0, limits.relatedStepMax)
  for (const each of first) waiting.delete(each)
  return first
}

export type PreparedRelated = ReturnType<typeof createPreparedRelated>

/**
 * Related posts as JSON, prepared for pages. What a change may affect is computed again in the background, a few posts at a time; a post
 * that was not prepared yet is computed when its page is. Call the `note…` functions while events are applied.
 */
export const createPreparedRelated = ({ current, onChanged }: PreparedOptions) => {
  /** Since the last `noteAll`: a page may then have related posts that are no longer here to compare with. */
  let haveEvicted = false
  const prepared = new LRUCache<string, string>({
    ...roomFor(limits.relatedPreparedMax),
    dispose(_text, _postId, reason) {
      haveEvicted ||= reason === 'evict'
    },
  })
  const acted = new Set<string>()
  const due = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const compute = (post: PostRow): string => JSON.stringify(current().related.of(post))

  const prepare = (postId: string): void => {
    const post = current().projections.posts.byId(postId)
    if (post === undefined) return void prepared.delete(postId)
    const before = prepared.peek(postId)
    const text = compute(post)
    prepared.set(postId, text)
    if (before !== undefined && before !== text) onChanged(postId)
  }

  const noteDue = (postId: string): void => {
    if (prepared.has(postId)) due.add(postId)
    else if (haveEvicted) onChanged(postId)
  }

  const step = (): void => {
    timer = undefined
    for (const personId of firstOf(acted))
      for (const postId of current().related.affectedBy(personId)) noteDue(postId)
    for (const postId of firstOf(due)) prepare(postId)
    if (due.size + acted.size > 0) schedule()
  }
  const schedule = (): void => {
    timer ??= setTimeout(step, limits.relatedStepMs).unref()
  }

  /** Notes that what a person did has changed. */
  const noteActed = (personId: string): void => {
    if (prepared.size > 0) {
      acted.add(personId)
      schedule()
    } else current().related.forget()
  }

  const json = (post: PostRow): string => {
    const known = prepared.get(post.id)
    if (known !== undefined) return known
    const text = compute(post)
    prepared.set(post.id, text)
    return text
  }

  return {
    /** An array of `RelatedPost`. */
    json,
    of: (post: PostRow): RelatedPost[] => JSON.parse(json(post)),
    noteActed,
    /** Notes a change of a comment. The post's page shows what is prepared until that is computed again. */
    noteTouched({ postId, personId }: Touched): void {
      if (personId) noteActed(personId)
      if (!prepared.has(postId)) return
      due.add(postId)
      schedule()
    },
    /** Notes that any list may have changed, and prepares those again that were read last. Pages are dropped anyway. */
    noteAll(): void {
      current().related.forget()
      for (const postId of [...prepared.keys()].slice(0, limits.relatedWarmMax)) due.add(postId)
      prepared.clear()
      acted.clear()
      haveEvicted = false
      if (due.size > 0) schedule()
    },
    /** Posts that wait to be prepared, and those that are. */
    status: () => ({ waiting: due.size + acted.size, prepared: prepared.size }),
    close: (): void => clearTimeout(timer),
  }
}
