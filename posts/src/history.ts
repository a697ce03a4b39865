import type { Bus } from '@logbook/chassis/log/bus.ts'
import { invalid, notFound } from '@logbook/chassis/problem.ts'
import { type LivePost, postSubject } from '@logbook/contracts/events/posts.ts'
import {
  type PostDiff,
  type PostField,
  type PostHistoryEntry,
  type PostVersion,
  postField,
} from '@logbook/contracts/http/post-history.ts'
import { diffOfPosts } from './diff.ts'
import { decodePost, evolve, initialPost, type Post, type PostEvent, stateOf } from './post.ts'

/** A fact with the post as it was before and after it. */
interface Step {
  fact: PostEvent & { id: string }
  before: Post
  after: Post
}

interface Steps {
  /** Every fact of a post's stream, oldest first; summaries say the same and are left out. */
  steps: Step[]
  /** The version of the stream: that of the last event, which may be a summary. */
  last: number
}

/** Throws `not-found` for a post that never existed. */
const stepsOf = async (bus: Bus, id: string): Promise<Steps> => {
  let before = initialPost
  const events = await bus.readStream(postSubject(id))
  const steps = events.flatMap((recorded): Step[] => {
    const decoded = decodePost(recorded)
    if (decoded.kind !== 'event' || decoded.event.type === 'PostUpdated') return []
    const step = { fact: { ...decoded.event, id: recorded.id }, before, after: evolve(before, decoded.event) }
    before = step.after
    return [step]
  })
  if (steps.length === 0) throw notFound('such post')
  return { steps, last: events.at(-1)?.version ?? 0 }
}

const isText = (post: Post): post is LivePost & Post => post.status === 'draft' || post.status === 'published'

const changedIn = ({ fact, before, after }: Step): PostField[] => {
  if (!isText(before) || !isText(after)) return []
  const fields = fact.type === 'PostEdited' ? postField.options : (['status'] as const)
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}

const names: Record<PostField, string> = {
  title: 'title',
  slug: 'address',
  excerpt: 'excerpt',
  tags: 'tags',
  content: 'text',
  status: 'state',
}

/** What of a post an author writes, as one string; nothing for a post that is gone. */
const wordsOf = (post: Post): string | undefined =>
  isText(post) ? JSON.stringify([post.title, post.content, post.excerpt, post.tags]) : undefined

/** One sentence on a fact. `sameAs` is an earlier version whose words are these. */
const saysOf = (step: Step, sameAs: number | undefined): string => {
  const { fact, before } = step
  switch (fact.type) {
    case 'PostCreated': {
      const by = fact.data.authorName === null ? '' : ` by ${fact.data.authorName}`
      return fact.data.status === 'draft' ? `Written as a draft${by}` : `Written and published${by}`
    }
    case 'PostEdited': {
      const what = changedIn(step).map((field) => names[field])
      const edited = what.length === 0 ? 'Edited' : `Edited: ${what.join(', ')}`
      return sameAs === undefined ? edited : `${edited}; the words are again those of version ${sameAs}`
    }
    case 'PostPublished':
      return isText(before) && before.publishedAt !== null ? 'Published again' : 'Published'
    case 'PostUnpublished':
      return 'Unpublished: a draft again'
    case 'PostDeleted':
      return 'Deleted'
    default:
      return fact.type
  }
}

const statusOf = (post: Post): PostHistoryEntry['status'] =>
  post.status === 'absent' ? 'draft' : post.status

const entriesOf = (steps: readonly Step[]): PostHistoryEntry[] => {
  const firstWith = new Map<string, number>()
  return steps.map((step) => {
    const { fact, before, after } = step
    const { id, type, time, position, version, correlationId, causationId: cause = null, data } = fact
    const words = wordsOf(after)
    const isReworded = words !== undefined && words !== wordsOf(before)
    const sameAs = isReworded ? firstWith.get(words) : undefined
    if (isReworded && sameAs === undefined) firstWith.set(words, version)
    return {
      ...{ id, type, time, position, version, cause, data },
      ...(correlationId === undefined ? {} : { correlationId }),
      status: statusOf(after),
      changed: changedIn(step),
      says: saysOf(step, sameAs),
    }
  })
}

export interface HistoryRequest {
  id: string
  limit: number
  /** A version of the stream: only what came before it. */
  before?: number | undefined
}

/**
 * What happened to a post, newest first, the deletion included, each fact with what it led to. Throws `not-found` for a post
 * that never existed.
 */
export const historyOf = async (
  bus: Bus,
  { id, limit, before = Number.MAX_SAFE_INTEGER }: HistoryRequest,
): Promise<{ entries: PostHistoryEntry[]; more: boolean }> => {
  const { steps } = await stepsOf(bus, id)
  const entries = entriesOf(steps).filter(({ version }) => version < before)
  return { entries: entries.slice(-limit).reverse(), more: entries.length > limit }
}

/** The step that made this version: the version of a summary is that of the fact before it. */
const stepAt = (steps: readonly Step[], version: number): Step | undefined =>
  steps.findLast(({ fact }) => fact.version <= version)

const sideOf = ({ fact }: Step) => ({ version: fact.version, time: fact.time })

/** A post as it was from one of its versions on. Throws `not-found` for a version that it never had. */
export const versionOf = async (
  bus: Bus,
  { id, version }: { id: string; version: number },
): Promise<PostVersion> => {
  const { steps, last } = await stepsOf(bus, id)
  const step = version > last ? undefined : stepAt(steps, version)
  const post = step && stateOf(step.after)
  if (step === undefined || post === undefined) throw notFound(`version ${version} of this post`)
  return { ...sideOf(step), post }
}

interface DiffRequest {
  id: string
  /** Absent: the one before `to`. */
  from?: number | undefined
  /** Absent: the last one with a text. */
  to?: number | undefined
}

/** What changed from one version of a post to another. Throws `invalid` for a version that it never had, or without a text. */
export const diffOf = async (bus: Bus, { id, from, to }: DiffRequest): Promise<PostDiff> => {
  const { steps: all, last } = await stepsOf(bus, id)
  const steps = all.filter(({ after }) => isText(after))
  for (const [name, version = 0] of [['from', from] as const, ['to', to] as const])
    if (version > last) throw invalid(name, 'must be a version of this post')
  const newer = stepAt(steps, to ?? last)
  if (newer === undefined) throw invalid('to', 'must be a version of this post')
  const [first = newer] = steps
  const older = from === undefined ? (stepAt(steps, newer.fact.version - 1) ?? first) : stepAt(steps, from)
  if (older === undefined) throw invalid('from', 'must be a version of this post')
  if (!isText(older.after) || !isText(newer.after)) throw invalid('to', 'must be a version with a text')
  return { from: sideOf(older), to: sideOf(newer), ...diffOfPosts(older.after, newer.after) }
}
