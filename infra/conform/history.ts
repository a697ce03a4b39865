import { readFileSync } from 'node:fs'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { commentModerated } from '@logbook/contracts/examples/moderation.ts'
import { postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { z } from 'zod'
import { limits } from './limits.ts'

const idOf = (...parts: (string | number)[]): string => derivedId('conform', ...parts)
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString()

const outgoing = ({ id, type, subject, source, dataversion, data }: RecordedEvent): OutgoingEvent => ({
  id,
  type,
  subject,
  source,
  dataversion,
  data,
})

/**
 * A third of the comments is only written, a third is judged as well, and a third has become what it was judged to be. That is
 * one append: who owns comments must not find a verdict in the log whose consequence is only about to come.
 */
const commentStory = (post: number, comment: number): RecordedEvent[] => {
  const id = idOf('comment', post, comment)
  const orange = comment % 4 === 1
  const common = {
    id,
    postId: idOf('post', post),
    parentId: comment % 5 === 3 ? idOf('comment', post, comment - 3) : null,
    content: `${orange ? 'An orange' : 'A pear'} for post ${post}, number ${comment}: naïve, 梨, 🍐`,
    createdAt: at(post * 100 + comment),
  }
  const verdict = { status: orange ? 'rejected' : 'approved', reason: orange ? 'Oranges' : '' } as const
  const judged = idOf('judged', id)
  const by = { kind: 'person', id: null, name: 'moderator' } as const
  return [
    commentCreated(common, { id: idOf('created', id) }),
    commentModerated({ id, postId: common.postId, ...verdict, by }, { id: judged }),
    commentUpdated({ ...common, ...verdict, cause: judged }, { id: idOf('updated', id) }),
  ].slice(0, 1 + (comment % 3))
}

function* blogStories({ posts, commentsPerPost }: BlogSize): Iterable<RecordedEvent[]> {
  for (let post = 0; post < posts; post++) {
    const id = idOf('post', post)
    const data = {
      id,
      slug: slugOf(post),
      tags: [`tag-${post % 3}`],
      createdAt: at(post),
      publishedAt: at(post),
    }
    yield [postCreated({ ...data, title: `Post ${post}` }, { id: idOf('post-created', post) })]
    for (let comment = 0; comment < commentsPerPost; comment++) yield commentStory(post, comment)
    yield [postUpdated({ ...data, title: `Post ${post}, again` }, { id: idOf('post-updated', post) })]
  }
}

/** Atomic appends, in order. */
export type LogHistory = readonly (readonly OutgoingEvent[])[]

export interface BlogSize {
  posts: number
  commentsPerPost: number
}

/** The address of a post of the sample blog, from 0. */
export const slugOf = (post: number): string => `post-${post}`

/** A small blog on which every service of Logbook has something to do. The same every time. */
export const sampleHistory = (size: BlogSize): LogHistory =>
  [...blogStories(size)].map((events) => events.map(outgoing))

const historyLine = z.looseObject({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  source: z.string(),
  dataversion: z.number().int().min(1).default(1),
  data: z.unknown(),
})

/** Events from a file of one a line, as `npm run log -- export` writes it, each an append. Throws naming the line that is none. */
export const readHistory = (file: string): LogHistory => {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  if (lines.length > limits.historyEventsMax)
    throw new Error(`${file} has more than ${limits.historyEventsMax} events.`)
  return lines.map((line, index) => {
    try {
      const { id, type, subject, source, dataversion, data } = historyLine.parse(JSON.parse(line))
      return [{ id, type, subject, source, dataversion, data }]
    } catch (error) {
      throw new Error(`${file}, line ${index + 1} is not an event.`, { cause: error })
    }
  })
}
