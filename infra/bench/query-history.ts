import type { Bus, OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'

/** How much of a blog there is. */
export interface HistorySize {
  posts: number
  commentsPerPost: number
}

const eventsPerAppend = 1_000
/** Who comments, each now and then. */
const people = 2_000
const idOf = (kind: number, n: number) => `0192000${kind}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString()
const paragraph =
  'The path shows itself *twice a day*, and whoever walks it watches the clock more than the birds. '

const outgoing = (
  { type, subject, source, data, dataversion }: RecordedEvent,
  id: string,
): OutgoingEvent => ({
  id,
  type,
  subject,
  source,
  data,
  dataversion,
})

function* history({ posts, commentsPerPost }: HistorySize): Iterable<RecordedEvent> {
  for (let n = 0; n < posts; n++) {
    const id = idOf(1, n)
    yield postCreated({
      id,
      slug: `post-${n}`,
      title: `Post number ${n}`,
      content: paragraph.repeat(20),
      tags: [`tag-${n % 7}`, `tag-${n % 11}-more`],
      createdAt: at(n),
      updatedAt: at(n),
      publishedAt: at(n),
    })
    for (let m = 0; m < commentsPerPost; m++) {
      const comment = {
        id: idOf(2, n * commentsPerPost + m),
        postId: id,
        authorId: idOf(4, (n * commentsPerPost + m) % people),
        content: paragraph.repeat(2),
        createdAt: at(n + m),
      }
      yield commentCreated(comment)
      yield commentUpdated({ ...comment, status: 'approved' })
    }
  }
}

/** Writes a blog's history to the bus: each post, and each comment as it was written and approved. Returns the number of events. */
export const writeHistory = async ({
  busUrl,
  through = (bus) => bus,
  ...size
}: HistorySize & { busUrl: string; through?: (bus: Bus) => Bus }): Promise<number> => {
  const client = createBusClient({ url: busUrl, source: '/bench', logger: silentLogger })
  const bus = through(client)
  let written = 0
  let batch: OutgoingEvent[] = []
  const flush = async () => {
    if (batch.length > 0) await bus.append(batch)
    written += batch.length
    batch = []
  }
  for (const event of history(size)) {
    batch.push(outgoing(event, idOf(3, written + batch.length)))
    if (batch.length === eventsPerAppend) await flush()
  }
  await flush()
  client.close()
  return written
}
