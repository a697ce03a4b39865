import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { After, Given, Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import type { RebuildStatus } from '@logbook/contracts/http/rebuild.ts'
import { ask } from '../../e2e/blog.ts'
import { type ServiceName, startOrder } from '../../run/services.ts'
import type { BlogWorld } from '../world.ts'

Given('the service {string} is down', async function (this: BlogWorld, name: ServiceName) {
  await this.logbook.kill(name, 'SIGKILL')
})

When('the service {string} is back', async function (this: BlogWorld, name: ServiceName) {
  if (!this.logbook.isRunning(name)) await this.logbook.start(name)
})

/** Whatever a scenario ended with, the next one finds all services there. */
After(async function (this: BlogWorld) {
  for (const name of startOrder) if (!this.logbook.isRunning(name)) await this.logbook.start(name)
})

Then('reading the post {string} is answered with an apology', async function (this: BlogWorld, name: string) {
  const page = await ask(`${this.logbook.url('gateway')}/posts/${this.post(name).slug}?fresh=${this.mark}`, {
    headers: { Accept: 'text/html' },
  })
  assert.equal(page.status, 503)
  assert.match(page.text, /^<!doctype html>/i)
})

Then(/^the (?:reader|author) is told to try again later$/, function (this: BlogWorld) {
  assert.equal(this.answer.status, 503)
  assert.ok(this.answer.headers.get('Retry-After'))
})

const accepted = new WeakMap<BlogWorld, string[]>()

When(
  'the service {string} is killed while {int} comments are sent to the post {string}',
  async function (this: BlogWorld, name: ServiceName, count: number, on: string) {
    const postId = this.post(on).id
    const sent = Array.from({ length: count }, (_, n) =>
      this.blog.commentForSure({ postId, content: `Comment ${n} ${this.mark}` }),
    )
    await this.logbook.kill(name, 'SIGKILL')
    await this.logbook.start(name)
    accepted.set(this, await Promise.all(sent))
  },
)

Then(
  'each of the {int} comments that was accepted is shown once',
  async function (this: BlogWorld, count: number) {
    const [post] = this.posts.values()
    const shown = await this.blog.judged(String(post?.id), count)
    assert.deepEqual(shown.map(({ id }) => id).sort(), [...(accepted.get(this) ?? [])].sort())
  },
)

Given(
  'the post {string} with approved and rejected comments',
  async function (this: BlogWorld, name: string) {
    await this.write(name, { content: 'A *post* with comments.' })
    for (const text of ['The first', 'An orange second', 'The third'])
      await this.comment('reader', text, { on: name })
    await this.blog.judged(this.post(name).id, 3)
    await this.blog.settled()
  },
)

const read = async ({ logbook, posts }: BlogWorld): Promise<string> => {
  const [post] = posts.values()
  const paths = [`/posts/${post?.id}`, `/posts/${post?.id}/thread`, `/posts/${post?.slug}`]
  const answers = await Promise.all(paths.map((path) => ask(`${logbook.url('query')}${path}`)))
  return answers.map(({ text }) => text).join('\n')
}

const before = new WeakMap<BlogWorld, string>()

When(
  'the files of the service {string} are deleted while it is down',
  async function (this: BlogWorld, name: ServiceName) {
    before.set(this, await read(this))
    await this.logbook.kill(name)
    const file = this.logbook.file(name)
    for (const each of readdirSync(dirname(file)))
      if (each.startsWith(basename(file))) rmSync(join(dirname(file), each))
    await this.logbook.start(name)
  },
)

Then('the post {string} is read as before, byte for byte', async function (this: BlogWorld, _name: string) {
  assert.equal(await read(this), before.get(this))
})

const rebuildAs = async (world: BlogWorld, method: string, body?: object) => {
  const answer = await world.askAs('owner', '/rebuild', { method, ...(body ? { body } : {}) })
  assert.ok(answer.status < 300, answer.text)
  return answer.json() as RebuildStatus
}

When('the owner rebuilds the view', async function (this: BlogWorld) {
  await rebuildAs(this, 'POST', { swap: false })
  await until(async () => (await rebuildAs(this, 'GET')).state === 'ready', 'the new view to be ready')
})

Then('it differs in nothing from the one that answers', async function (this: BlogWorld) {
  const { difference, fault } = await rebuildAs(this, 'GET')
  await this.askAs('owner', '/rebuild', { method: 'DELETE' })
  assert.equal(fault, null)
  const tables = Object.entries(difference?.tables ?? {})
  assert.ok(tables.length > 0)
  for (const [table, { added, removed, changed }] of tables)
    assert.deepEqual({ table, added, removed, changed }, { table, added: 0, removed: 0, changed: 0 })
})

const remembered = new WeakMap<BlogWorld, string>()

Given('the position of the log is remembered', async function (this: BlogWorld) {
  await this.blog.settled()
  const [post] = this.posts.values()
  const { headers } = await this.askAs('stranger', `/posts/${post?.id}`)
  remembered.set(this, String(headers.get('Position')))
})

Then('at the remembered position it reads {string}', async function (this: BlogWorld, text: string) {
  const [post] = this.posts.values()
  const past = await this.askAs('stranger', `/posts/${post?.id}?asOf=${remembered.get(this)}`)
  assert.ok(past.text.includes(text), past.text)
})
