import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'

export interface Flood {
  busUrl: string
  /** Of the gateway. */
  url: string
  /** A post without other readers. */
  post: { id: string; slug: string }
  /** Whether the texts are slow to render; plain ones are as long. */
  isSlow: boolean
}

const charsMax = 10_000
const everyMs = 50
const slowTokens = ['*~_', '[](', '![[', '> - ', '`` ` ', '<a ', 'a@b.c ', '|-']

const { busUrl, url, post, isSlow } = JSON.parse(process.argv[2] ?? '{}') as Flood
const texts = (isSlow ? slowTokens : ['words of a reader ']).map((token) =>
  token.repeat(Math.ceil(charsMax / token.length)).slice(0, charsMax),
)

process.once('message', () => process.exit(0))

/** Writes an approved comment and reads the feed that has to render it: again and again, one at a time. */
for (let n = 0; ; n++) {
  const comment = { id: randomUUID(), postId: post.id, content: texts[n % texts.length] ?? '' }
  const events = [commentCreated(comment), commentUpdated(comment)].map(
    ({ type, subject, source, data, dataversion }) => ({
      id: randomUUID(),
      ...{ type, subject, source, data, dataversion },
    }),
  )
  const appended = await fetch(`${busUrl}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(events),
  })
  if (appended.status !== 201) throw new Error(`${appended.status} ${await appended.text()}`)
  await (await fetch(`${url}/feed.xml?post=${post.slug}`)).arrayBuffer()
  if (n === 0) process.send?.({})
  await setTimeout(everyMs)
}
