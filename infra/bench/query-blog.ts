import { createAgreedLog } from '@logbook/chassis/log/agreed-log.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { userRegistered } from '@logbook/contracts/examples/users.ts'

/** How much of a made-up blog there is; the last post may have another number of comments than the others. */
export interface BlogSize {
  posts: number
  commentsPerPost: number
  commentsOnLast?: number
  /** People with an account who write the comments; one person without one if absent. */
  people?: number
}

const words = 5_000
const wordsPerPost = 120
const wordsPerComment = 30
const pageEvents = 1_000

/** The same numbers in the same order each time (a linear congruence, as in POSIX). */
const randomFrom = (seed: number) => {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

const wordOf = (n: number): string => `w${n.toString(36)}ing`
/** Few words are said often and most are rare, as in a language. */
const textOf = (count: number, random: () => number): string =>
  Array.from({ length: count }, () => wordOf(Math.floor(random() ** 3 * words))).join(' ')

const idOf = (kind: number, n: number) => `0192000${kind}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const at = (n: number) => new Date(Date.UTC(2020, 0, 1) + n * 60_000).toISOString()

function* eventsOf(size: BlogSize): Iterable<RecordedEvent> {
  const random = randomFrom(1)
  let position = 0
  let comment = 0
  const { posts, commentsPerPost, commentsOnLast = commentsPerPost, people = 0 } = size
  for (let n = 0; n < people; n++)
    yield { ...userRegistered({ id: idOf(3, n) }), position: ++position, version: 1 }
  for (let n = 0; n < posts; n++) {
    const comments = n === posts - 1 ? commentsOnLast : commentsPerPost
    const id = idOf(1, n)
    const times = { createdAt: at(n), updatedAt: at(n), publishedAt: at(n) }
    const text = { title: `Post ${n} ${textOf(3, random)}`, content: textOf(wordsPerPost, random) }
    const tags = [`tag-${n % 7}`, `tag-${n % 11}-more`]
    yield {
      ...postCreated({ id, slug: `post-${n}`, ...text, tags, ...times }),
      position: ++position,
      version: 1,
    }
    for (let m = 0; m < comments; m++) {
      const said = {
        id: idOf(2, comment++),
        postId: id,
        createdAt: at(n + m),
        content: textOf(wordsPerComment, random),
        // Few people comment often.
        ...(people > 0 ? { authorId: idOf(3, Math.floor(random() ** 3 * people)) } : {}),
      }
      yield {
        ...commentUpdated({ ...said, parentId: null, status: 'approved' }),
        position: ++position,
        version: 1,
      }
    }
  }
}

/**
 * A bus whose log is a made-up blog, for measuring what a view answers without waiting for a log to be written. A follower of it
 * second is told that there is nothing, unless `forAll`.
 */
export const blogBus = (size: BlogSize, { forAll }: { forAll: boolean }): Bus => {
  let followers = 0
  return {
    agreed: createAgreedLog(),
    append: () => Promise.reject(new Error('not to be written to')),
    read: () => Promise.reject(new Error('not to be read')),
    readStream: () => Promise.reject(new Error('not to be read')),
    async *follow({ signal }) {
      const isFirst = followers++ === 0
      let events: RecordedEvent[] = []
      let position = 0
      if (isFirst || forAll)
        for (const event of eventsOf(size)) {
          events.push(event)
          position = event.position
          if (events.length < pageEvents) continue
          yield { events, position, caughtUp: false }
          events = []
        }
      yield { events, position, caughtUp: true }
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    },
    close: () => {},
  } as Bus
}
