import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Given, Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import { ask } from '../../e2e/blog.ts'
import type { BlogWorld } from '../world.ts'

const readable = (world: BlogWorld, name: string) =>
  until(async () => {
    const answer = await world.askAs('stranger', `/posts/${world.post(name).id}`)
    return answer.status === 200 && answer
  }, `the post "${name}" to be read`)

Given('the post {string}', async function (this: BlogWorld, name: string) {
  await this.write(name)
  await readable(this, name)
})

Given(
  'the post {string} with the text {string}',
  async function (this: BlogWorld, name: string, content: string) {
    await this.write(name, { content })
    await readable(this, name)
  },
)

Given('the draft {string}', async function (this: BlogWorld, name: string) {
  await this.write(name, { status: 'draft' })
})

When('an author publishes the post {string}', async function (this: BlogWorld, name: string) {
  await this.write(name)
})

When(
  'an author publishes the post {string} with the text {string}',
  async function (this: BlogWorld, name: string, content: string) {
    await this.write(name, { content })
  },
)

When('an author publishes the draft {string}', async function (this: BlogWorld, name: string) {
  const { status, text } = await this.askAs('author', `/posts/${this.post(name).id}/publish`, {
    method: 'POST',
  })
  assert.equal(status, 200, text)
})

When(
  'an author sets a time a moment from now for the draft {string}',
  async function (this: BlogWorld, name: string) {
    const publishAt = new Date(Date.now() + 1_000).toISOString()
    const { status, text } = await this.patch('author', `/posts/${this.post(name).id}`, { publishAt })
    assert.equal(status, 200, text)
  },
)

When('an author deletes the post {string}', async function (this: BlogWorld, name: string) {
  const { status } = await this.askAs('author', `/posts/${this.post(name).id}`, { method: 'DELETE' })
  assert.ok(status < 300)
})

When(
  'an author changes the text of the post {string} to {string}',
  async function (this: BlogWorld, name: string, content: string) {
    const { status, text } = await this.patch('author', `/posts/${this.post(name).id}`, { content })
    assert.equal(status, 200, text)
  },
)

Then('everyone can read the post {string}', async function (this: BlogWorld, name: string) {
  const { text } = await readable(this, name)
  assert.ok(text.includes(this.titleOf(name)))
})

Then('no reader finds the post {string}', async function (this: BlogWorld, name: string) {
  const { id, title } = this.post(name)
  await until(
    async () => (await this.askAs('stranger', `/posts/${id}`)).status >= 404,
    `the post "${name}" to be gone`,
  )
  const list = await this.askAs('stranger', '/posts')
  assert.ok(!list.text.includes(title))
})

const pageHas = async (world: BlogWorld, name: string, html: string): Promise<boolean> => {
  await readable(world, name)
  const page = await ask(`${world.logbook.url('gateway')}/posts/${world.post(name).slug}`)
  assert.equal(page.status, 200)
  return page.text.includes(html)
}

Then(
  'the page of the post {string} has {string}',
  async function (this: BlogWorld, name: string, html: string) {
    assert.ok(await pageHas(this, name, html))
  },
)

Then(
  'the page of the post {string} does not have {string}',
  async function (this: BlogWorld, name: string, html: string) {
    assert.ok(!(await pageHas(this, name, html)))
  },
)

const etags = new WeakMap<BlogWorld, string>()

Given('two authors have opened the post {string}', async function (this: BlogWorld, name: string) {
  const { headers } = await this.askAs('author', `/author/posts/${this.post(name).id}`)
  etags.set(this, String(headers.get('ETag')))
  this.answers = []
})

When(
  /^the (?:first|second) of them saves the text "(.*)"$/,
  async function (this: BlogWorld, content: string) {
    const [post] = this.posts.values()
    await this.patch('author', `/posts/${post?.id}`, { content }, { 'If-Match': etags.get(this) ?? '' })
  },
)

Then('the second is told that somebody else was first', function (this: BlogWorld) {
  assert.deepEqual(
    this.answers.map(({ status }) => status),
    [200, 412],
  )
})

Then('the post {string} reads {string}', async function (this: BlogWorld, name: string, text: string) {
  await until(
    async () => (await this.askAs('stranger', `/posts/${this.post(name).id}`)).text.includes(text),
    `the post "${name}" to read "${text}"`,
  )
})

When(
  'an author sends the post {string} twice with the same key',
  async function (this: BlogWorld, name: string) {
    const asked = {
      method: 'POST',
      body: { title: this.titleOf(name) },
      headers: { 'Idempotency-Key': randomUUID() },
    }
    this.answers = []
    for (let sent = 0; sent < 2; sent += 1) await this.askAs('author', '/posts', asked)
  },
)

Then('both are answered with the same post', function (this: BlogWorld) {
  const ids = this.answers.map((answer) => (answer.json() as { id: string }).id)
  assert.equal(ids.length, 2)
  assert.equal(ids[0], ids[1])
})

Then('there is {int} post {string}', async function (this: BlogWorld, count: number, name: string) {
  const title = this.titleOf(name)
  const mine = async () =>
    ((await this.askAs('stranger', '/posts')).json() as { title: string }[]).filter(
      (post) => post.title === title,
    )
  await until(async () => (await mine()).length > 0, `the post "${name}" in the list`)
  await this.blog.settled()
  assert.equal((await mine()).length, count)
})
