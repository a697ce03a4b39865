import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import type { Logbook } from '../e2e/logbook.ts'

/** Of the posts, the first ones are long: 25 minutes to read, with 35 comments; the others have 5 kB and 10 comments. */
export interface PagesBlog {
  posts: number
  longPosts: number
}

const eventsPerAppend = 1_000
const wordsPerMinute = 230
const longMinutes = 25
const usualWords = 800
const comments = { long: 35, usual: 10 }
const [postKind, commentKind, eventKind] = [1, 2, 3]

const idOf = (kind: number, n: number) => `0193000${kind}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString()

export const slugOf = (n: number): string => `post-${n}`

/** No two are the same, so that nothing which was rendered once is of use for another. */
export const postTextOf = (words: number, n: number): string => {
  const parts: string[] = []
  for (let at = 0; at < words; at += 100)
    parts.push(
      `## Part ${at / 100 + 1} of ${n}`,
      `The path of ${n} shows itself *twice a day*, and [the old survey](https://example.org/${n}/${at}) says why. ${'Whoever walks it watches the clock more than the birds. '.repeat(4)}`,
      `- the **first** thing of ${at}\n- another, with \`code\`\n- and ${'a longer one '.repeat(4)}`,
      `\`\`\`js\nconst sightings = lines.map((line) => line.split(', ')[${at}])\n\`\`\``,
    )
  return parts.join('\n\n')
}

const outgoing = (
  { type, subject, source, data, dataversion }: RecordedEvent,
  id: string,
): OutgoingEvent => ({ id, type, subject, source, data, dataversion })

function* postEvents({ posts, longPosts }: PagesBlog): Iterable<RecordedEvent> {
  for (let n = 0; n < posts; n++)
    yield postCreated({
      id: idOf(postKind, n),
      slug: slugOf(n),
      title: `Post number ${n}`,
      content: postTextOf(n < longPosts ? longMinutes * wordsPerMinute : usualWords, n),
      tags: [`tag-${n % 7}`, `tag-${n % 11}-more`],
      createdAt: at(n),
      updatedAt: at(n),
      publishedAt: at(n),
    })
}

let commentsMade = 0

export const commentTextOf = (n: number): string =>
  `Comment **${n}** says that ${'whoever walks it watches the clock. '.repeat(6)}`

/** A comment as it is written and as it is approved. */
function* commentEvents(post: number, parentId: string | null): Iterable<RecordedEvent> {
  const n = commentsMade++
  const comment = {
    id: idOf(commentKind, n),
    postId: idOf(postKind, post),
    parentId,
    authorId: idOf(4, n % 2_000),
    content: commentTextOf(n),
    createdAt: at(post + n),
  }
  yield commentCreated(comment)
  yield commentUpdated({ ...comment, status: 'approved' })
}

function* threadEvents({ posts, longPosts }: PagesBlog): Iterable<RecordedEvent> {
  for (let n = 0; n < posts; n++) {
    const count = n < longPosts ? comments.long : comments.usual
    for (let m = 0; m < count; m++)
      yield* commentEvents(n, m % 3 === 2 ? idOf(commentKind, commentsMade - 1) : null)
  }
}

/** Writes to the log of a Logbook as its services do. */
export const writerOf = (logbook: Logbook) => {
  const clientOf = (name: 'posts' | 'comments') => {
    const [url, token] = [logbook.url('event-bus'), logbook.tokenOf(name)]
    return createBusClient({ url, source: `/${name}`, token, logger: silentLogger })
  }
  const clients = { posts: clientOf('posts'), comments: clientOf('comments') }
  let written = 0
  const append = async (name: 'posts' | 'comments', events: Iterable<RecordedEvent>): Promise<void> => {
    let batch: OutgoingEvent[] = []
    for (const event of events) {
      batch.push(outgoing(event, idOf(eventKind, written++)))
      if (batch.length < eventsPerAppend) continue
      await clients[name].append(batch)
      batch = []
    }
    if (batch.length > 0) await clients[name].append(batch)
  }
  return {
    async blog(blog: PagesBlog): Promise<void> {
      await append('posts', postEvents(blog))
      await append('comments', threadEvents(blog))
    },
    /** One more comment, approved at once. */
    comment: (post: number): Promise<void> => append('comments', commentEvents(post, null)),
    close(): void {
      for (const client of Object.values(clients)) client.close()
    },
  }
}
