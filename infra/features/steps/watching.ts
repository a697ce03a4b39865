import assert from 'node:assert/strict'
import { After, Given, Then } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import type { BlogWorld } from '../world.ts'

interface Watching {
  /** All that was told, as it came. */
  text: string
  stop: () => void
}

const watching = new WeakMap<BlogWorld, Watching>()

const addressOf = ({ blog }: BlogWorld, postId: string, more = ''): string =>
  `${blog.api}/changes?post=${postId}${more}`

const bySocket = async (world: BlogWorld, address: string): Promise<void> => {
  const socket = new WebSocket(address.replace(/^http/, 'ws'))
  const told: Watching = { text: '', stop: () => socket.close() }
  socket.addEventListener('message', ({ data }) => {
    told.text += `${data}\n`
  })
  watching.set(world, told)
  await until(() => told.text.includes('"watching"'), 'the WebSocket to begin')
}

const byStream = async (world: BlogWorld, address: string): Promise<void> => {
  const leave = new AbortController()
  const answer = await fetch(address, { headers: { Accept: 'text/event-stream' }, signal: leave.signal })
  const told: Watching = { text: '', stop: () => leave.abort() }
  watching.set(world, told)
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) told.text += decoder.decode(chunk, { stream: true })
  }
  // It ends when the stranger leaves.
  read().catch(() => {})
  await until(() => told.text.includes(': watching'), 'the stream to begin')
}

const watch = async (world: BlogWorld, means: string, address: string): Promise<void> =>
  means === 'a WebSocket' ? bySocket(world, address) : byStream(world, address)

Given(
  /^a stranger watches the post "(.*)" by (server-sent events|a WebSocket)$/,
  async function (this: BlogWorld, name: string, means: string) {
    await watch(this, means, addressOf(this, this.post(name).id))
  },
)

const lastSeen = new WeakMap<BlogWorld, number>()

Given('the connection of the stranger breaks', function (this: BlogWorld) {
  const told = watching.get(this)
  const ids = [...String(told?.text).matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id))
  lastSeen.set(this, Math.max(...ids))
  told?.stop()
})

Given('the stranger watches again from where the connection broke', async function (this: BlogWorld) {
  const [post] = this.posts.values()
  await bySocket(this, addressOf(this, String(post?.id), `&after=${lastSeen.get(this)}`))
})

Then('the stranger is told of the comment {string}', async function (this: BlogWorld, text: string) {
  await until(() => watching.get(this)?.text.includes(text), `the stranger to be told "${text}"`)
})

Then('the stranger was never told the text {string}', function (this: BlogWorld, text: string) {
  assert.ok(!watching.get(this)?.text.includes(text))
})

After(function (this: BlogWorld) {
  watching.get(this)?.stop()
})
