import assert from 'node:assert/strict'
import { Given, Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import type { BlogWorld, Who } from '../world.ts'

Given(
  /^(?:an?|the) (reader|moderator|author|owner|guest) (?:comments|commented) "(.*)" on the post "(.*)"$/,
  async function (this: BlogWorld, who: Who, text: string, on: string) {
    await this.comment(who, text, { on })
  },
)

Given(
  /^(?:an?|the) (reader|moderator|author) (?:replies|replied) "(.*)" to the comment "(.*)"$/,
  async function (this: BlogWorld, who: Who, text: string, below: string) {
    await this.seen(below, ({ status }) => status === 'approved')
    const [on = ''] = this.posts.keys()
    await this.comment(who, text, { on, below })
  },
)

When(
  '{who} tries to comment {string} on the post {string}',
  async function (this: BlogWorld, who: Who, content: string, on: string) {
    const path = `/posts/${this.post(on).id}/comments`
    await this.askAs(who, path, { method: 'POST', body: { content }, timeoutMs: 30_000 })
  },
)

When(
  '{who} changes the comment {string} to {string}',
  async function (this: BlogWorld, who: Who, text: string, content: string) {
    await this.seen(text, ({ status }) => status === 'approved')
    const answer = await this.patch(who, `/comments/${this.said(text).id}`, { content })
    assert.equal(answer.status, 200, answer.text)
  },
)

When('{who} deletes the comment {string}', async function (this: BlogWorld, who: Who, text: string) {
  const answer = await this.askAs(who, `/comments/${this.said(text).id}`, { method: 'DELETE' })
  assert.ok(answer.status < 300, answer.text)
})

When('{who} votes for the comment {string}', async function (this: BlogWorld, who: Who, text: string) {
  await this.seen(text, ({ status }) => status === 'approved')
  const asked = { method: 'PUT', body: { value: 1 } }
  const answer = await this.askAs(who, `/comments/${this.said(text).id}/vote`, asked)
  assert.ok(answer.status < 300, answer.text)
})

const judge = (verb: string, status: 'approved' | 'rejected') =>
  When(`{who} ${verb} the comment {string}`, async function (this: BlogWorld, who: Who, text: string) {
    const path = `/moderation/comments/${this.said(text).id}/verdict`
    const answer = await this.askAs(who, path, { method: 'POST', body: { status, reason: 'By hand.' } })
    assert.ok(answer.status < 300, answer.text)
  })
judge('approves', 'approved')
judge('rejects', 'rejected')

Then('everyone sees the comment {string}', async function (this: BlogWorld, text: string) {
  await this.seen(text, ({ status, content }) => status === 'approved' && content === text)
})

Then(
  'everyone sees the comment {string} below {string}',
  async function (this: BlogWorld, text: string, above: string) {
    const comment = await this.seen(text, ({ status }) => status === 'approved')
    assert.equal(comment.parentId, this.said(above).id)
  },
)

Then('the comment {string} has {int} vote(s)', async function (this: BlogWorld, text: string, votes: number) {
  await this.blog.settled()
  const { score } = await this.seen(text, () => true)
  assert.equal(score, votes)
})

/** As its writer sees it. */
const own = async (world: BlogWorld, text: string) => {
  const answer = await world.askAs('reader', `/comments/${world.said(text).id}`)
  return answer.json() as { status: string; reason: string | null }
}

Then('the comment {string} is rejected', async function (this: BlogWorld, text: string) {
  await until(async () => (await own(this, text)).status === 'rejected', `"${text}" to be rejected`)
})

Then('the comment {string} waits to be judged', async function (this: BlogWorld, text: string) {
  await until(async () => (await own(this, text)).status === 'pending', `"${text}" to wait`)
  const { thread } = await until(async () => {
    const page = await this.blog.page(this.said(text).postId)
    return page.thread.waiting > 0 && page
  }, 'the page to say that a comment waits')
  assert.equal(thread.waiting, 1)
})

Then('its writer learns that it contains {string}', async function (this: BlogWorld, word: string) {
  const [text = ''] = [...this.comments.keys()].slice(-1)
  assert.match(String((await own(this, text)).reason), new RegExp(word))
})

Then('no reader sees the text {string}', async function (this: BlogWorld, text: string) {
  const { id, postId } = this.said(text)
  await until(async () => {
    const page = await this.askAs('stranger', `/posts/${postId}`)
    return !page.text.includes(text)
  }, `"${text}" to be out of sight`)
  for (const path of [`/comments/${id}`, `/posts/${postId}/thread`])
    assert.ok(!(await this.askAs('stranger', path)).text.includes(text))
})

Then('the comment {string} was judged once', async function (this: BlogWorld, text: string) {
  await this.blog.settled()
  const { id } = this.said(text)
  const verdicts = await this.blog.log(['CommentModerated'])
  assert.equal(verdicts.filter(({ data }) => (data as { id: string }).id === id).length, 1)
})
