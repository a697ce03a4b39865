import type { Bus } from '@logbook/chassis/log/bus.ts'
import { invalid, notFound, Problem } from '@logbook/chassis/problem.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'
import type { PostDiff, PostHistoryEntry, PostVersion } from '@logbook/contracts/http/post-history.ts'
import { type Caller, mayModerate } from '@logbook/contracts/identity.ts'
import { mayChange } from '../domain/decide.ts'
import { diffOfPosts } from '../domain/diff.ts'
import { decodePost, evolve, initialPost, type Post, stateOf } from '../domain/post.ts'
import { limits } from '../limits.ts'
import { changedIn, doerOfFact, isFact, isText, type Step, sentenceOf, wordsOf } from './sentences.ts'

interface Steps {
  /** Every fact of the stream, oldest first, without the summaries that repeat them. */
  steps: Step[]
  /** The version of the last event of the stream, which may be a summary. */
  last: number
}

interface PostRequest {
  id: string
  caller: Caller
}

const isWholeTakeDown = ({ fact }: Step): boolean =>
  fact.type === 'PostTakenDown' && fact.data.texts === 'all'

/** True for the author and the owner; for moderators if the post was taken down, because no text of it is left. */
const mayRead = (steps: readonly Step[], caller: Caller): boolean => {
  const first = steps[0]?.after
  if (first === undefined || !isText(first)) return false
  return mayChange(first, caller) || (mayModerate(caller) && steps.some(isWholeTakeDown))
}

/** Throws `not-found` for a post that never existed or is another author's. The history of a deleted post stays readable. */
const stepsOf = async (bus: Bus, { id, caller }: PostRequest): Promise<Steps> => {
  let before = initialPost
  const events = await bus.readStream(postSubject(id))
  const steps = events.flatMap((recorded): Step[] => {
    const decoded = decodePost(recorded)
    if (decoded.kind !== 'event') return []
    const { event: fact } = decoded
    if (!isFact(fact)) {
      before = evolve(before, fact)
      return []
    }
    const step = { fact, before, after: evolve(before, fact), isWithheld: false }
    before = step.after
    return [step]
  })
  if (!mayRead(steps, caller)) throw notFound('such post')
  const takenDown = steps.findLastIndex(({ fact }) => fact.type === 'PostTakenDown')
  return {
    steps: steps.map((step, index) => ({ ...step, isWithheld: index < takenDown })),
    last: events.at(-1)?.version ?? 0,
  }
}

const statusOf = (post: Post): PostHistoryEntry['status'] =>
  post.status === 'absent' ? 'draft' : post.status

const entriesOf = (steps: readonly Step[]): PostHistoryEntry[] => {
  const firstWith = new Map<string, number>()
  return steps.map((step) => {
    const { fact, before, after, isWithheld } = step
    const { id, type, time, position, version, correlationid, causationid: cause = null, data } = fact
    const words = isWithheld ? undefined : wordsOf(after)
    const isReworded = words !== undefined && words !== wordsOf(before)
    const sameAs = isReworded ? firstWith.get(words) : undefined
    if (isReworded && sameAs === undefined) firstWith.set(words, version)
    return {
      ...{ id, type, time, position, version, cause, data: isWithheld ? { id: data.id } : data },
      ...(correlationid === undefined ? {} : { correlationId: correlationid }),
      by: doerOfFact(fact),
      status: statusOf(after),
      changed: isWithheld ? [] : changedIn(step),
      says: sentenceOf(step, sameAs),
    }
  })
}

export interface HistoryRequest extends PostRequest {
  limit: number
  /** Only facts before this version of the stream. */
  before?: number | undefined
}

/**
 * The facts of a post with their effects, newest first, its deletion included. A page of long texts has fewer entries. Throws
 * `not-found` for a post that never existed or is another author's, and `unavailable` without the bus.
 */
export const historyOf = async (
  bus: Bus,
  { limit, before = Number.MAX_SAFE_INTEGER, ...asked }: HistoryRequest,
): Promise<{ entries: PostHistoryEntry[]; more: boolean }> => {
  const { steps } = await stepsOf(bus, asked)
  const entries: PostHistoryEntry[] = []
  let bytes = 0
  for (const entry of entriesOf(steps).reverse()) {
    if (entry.version >= before) continue
    bytes += Buffer.byteLength(JSON.stringify(entry))
    if (entries.length === limit || (entries.length > 0 && bytes > limits.pageBytesMax))
      return { entries, more: true }
    entries.push(entry)
  }
  return { entries, more: false }
}

/** The step of this version; the version of a summary belongs to the fact before it. */
const stepAt = (steps: readonly Step[], version: number): Step | undefined =>
  steps.findLast(({ fact }) => fact.version <= version)

const sideOf = ({ fact }: Step) => ({ version: fact.version, time: fact.time })

/** A post at one of its versions. Throws `not-found` for a version that it never had, `gone` for a text that was taken down. */
export const versionOf = async (
  bus: Bus,
  { version, ...asked }: PostRequest & { version: number },
): Promise<PostVersion> => {
  const { steps, last } = await stepsOf(bus, asked)
  const step = version > last ? undefined : stepAt(steps, version)
  const post = step && stateOf(step.after)
  if (step === undefined || post === undefined) throw notFound(`version ${version} of this post`)
  if (step.isWithheld) throw new Problem('gone', { detail: 'The text of this version was taken down.' })
  return { ...sideOf(step), post }
}

interface DiffRequest extends PostRequest {
  /** By default the version before `to`. */
  from?: number | undefined
  /** By default the last version with a text. */
  to?: number | undefined
}

/** Compares two versions of a post. Throws `invalid` for a version that it never had or that has no text, `gone` for a text that was taken down. */
export const diffOf = async (bus: Bus, { from, to, ...asked }: DiffRequest): Promise<PostDiff> => {
  const { steps: all, last } = await stepsOf(bus, asked)
  const steps = all.filter(({ after, isWithheld }) => isText(after) && !isWithheld)
  for (const [name, version = 0] of [['from', from] as const, ['to', to] as const])
    if (version > last) throw invalid(name, 'must be a version of this post')
  if (steps.length === 0) throw new Problem('gone', { detail: 'The texts of this post were taken down.' })
  for (const version of [from, to])
    if (version !== undefined && stepAt(all, version)?.isWithheld)
      throw new Problem('gone', { detail: 'The text of this version was taken down.' })
  const newer = stepAt(steps, to ?? last)
  if (newer === undefined) throw invalid('to', 'must be a version of this post')
  const [first = newer] = steps
  const older = from === undefined ? (stepAt(steps, newer.fact.version - 1) ?? first) : stepAt(steps, from)
  if (older === undefined) throw invalid('from', 'must be a version of this post')
  if (!isText(older.after) || !isText(newer.after)) throw invalid('to', 'must be a version with a text')
  return { from: sideOf(older), to: sideOf(newer), ...diffOfPosts(older.after, newer.after) }
}
