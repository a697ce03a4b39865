import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { After, Given, Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import type { InboxAnswer } from '@logbook/contracts/http/notifications.ts'
import { type Answer, ask } from '../../e2e/blog.ts'
import { join } from '../../e2e/joining.ts'
import type { BlogWorld } from '../world.ts'

/** The session of Grace, and what her open inbox was told. */
interface Grace {
  email: string
  Cookie: string
  told: string
  leave: () => void
}

const people = new WeakMap<BlogWorld, Grace>()

const graceOf = (world: BlogWorld): Grace => {
  const grace = people.get(world)
  if (grace === undefined) throw new Error('Grace has no account in this scenario.')
  return grace
}

const asGrace = async (
  world: BlogWorld,
  path: string,
  { method = 'GET', body }: { method?: string; body?: object } = {},
): Promise<Answer> => {
  const headers = { Cookie: graceOf(world).Cookie, Origin: new URL(world.blog.api).origin }
  const answer = await ask(`${world.blog.api}${path}`, { method, headers, ...(body ? { body } : {}) })
  assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`)
  return answer
}

const inboxOf = async (world: BlogWorld): Promise<InboxAnswer> =>
  (await asGrace(world, '/notifications/inbox')).json() as InboxAnswer

const prefer = (world: BlogWorld, body: object): Promise<Answer> =>
  asGrace(world, '/notifications/preferences', { method: 'PUT', body })

/** The mails to Grace with these words. Without a mail server, a mail is a file of the outbox. */
const mailsAbout = (world: BlogWorld, words: string): string[] => {
  const outbox = pathOf(world.logbook.place.dataFolder, 'outbox')
  return readdirSync(outbox)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => readFileSync(pathOf(outbox, name), 'utf8').replaceAll('=\n', ''))
    .filter((mail) => mail.includes(`\nTo: ${graceOf(world).email}`) && mail.includes(words))
}

Given(
  'Grace has an account and commented {string} on the post {string}',
  async function (this: BlogWorld, content: string, on: string) {
    const email = `grace-${this.mark}@blog.example`
    const { Cookie } = await join(this.blog, { email, name: 'Grace', role: 'reader' })
    people.set(this, { email, Cookie, told: '', leave: () => {} })
    const postId = this.post(on).id
    const answer = await asGrace(this, `/posts/${postId}/comments`, { method: 'POST', body: { content } })
    this.comments.set(content, { id: (answer.json() as { id: string }).id, postId })
    await this.seen(content, ({ status }) => status === 'approved')
  },
)

Given('Grace has her inbox open', async function (this: BlogWorld) {
  const grace = graceOf(this)
  const closed = new AbortController()
  grace.leave = () => closed.abort()
  const answer = await fetch(`${this.blog.api}/notifications/inbox/changes`, {
    ...{ headers: { Cookie: grace.Cookie }, signal: closed.signal },
  })
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) grace.told += decoder.decode(chunk, { stream: true })
  }
  // It ends when the inbox is closed.
  read().catch(() => {})
  await until(() => grace.told.includes('retry:'), 'the inbox to be open')
})

Then('the open inbox is told that there is something new', async function (this: BlogWorld) {
  await until(() => graceOf(this).told.includes('event: inbox'), 'the open inbox to be told')
})

Then(
  /^the inbox of Grace has the reply "(.*)", which is (unread|read)$/,
  async function (this: BlogWorld, text: string, state: string) {
    await until(async () => {
      const { notes } = await inboxOf(this)
      const note = notes.find(({ kind, comment }) => kind === 'reply' && comment?.excerpt === text)
      return note?.isRead === (state === 'read')
    }, `the inbox to have "${text}", ${state}`)
  },
)

When('Grace marks everything in her inbox as read', async function (this: BlogWorld) {
  const { notes } = await inboxOf(this)
  const upTo = Math.max(...notes.map(({ position }) => position))
  await asGrace(this, '/notifications/inbox/read', { method: 'POST', body: { upTo } })
})

Given('Grace chose mails about replies', async function (this: BlogWorld) {
  await prefer(this, { mail: ['reply'] })
})

When('Grace mutes the post {string}', async function (this: BlogWorld, name: string) {
  await prefer(this, { mutedPosts: [this.post(name).id] })
})

When('Grace hears of the post {string} again', async function (this: BlogWorld, _name: string) {
  await prefer(this, { mutedPosts: [] })
})

Then('Grace gets a mail about {string}', async function (this: BlogWorld, words: string) {
  await until(() => mailsAbout(this, words).length > 0, `a mail to Grace about "${words}"`)
})

Then('Grace got no mail about {string}', function (this: BlogWorld, words: string) {
  assert.deepEqual(mailsAbout(this, words), [])
})

After(function (this: BlogWorld) {
  people.get(this)?.leave()
})
