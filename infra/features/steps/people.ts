import assert from 'node:assert/strict'
import { Given, Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import { ask } from '../../e2e/blog.ts'
import { join } from '../../e2e/joining.ts'
import type { BlogWorld, Who } from '../world.ts'

/** Who is erased in a scenario, by id. */
export const ids = new WeakMap<BlogWorld, string>()

Given(
  'the author {string} has published the post {string} and commented {string} on it',
  async function (this: BlogWorld, name: string, title: string, content: string) {
    const session = await join(this.blog, { email: `${this.mark}@blog.example`, name })
    const me = await ask<{ id: string }>(`${this.blog.api}/accounts/me`, { headers: session })
    ids.set(this, me.json().id)
    const headers = { ...session, Origin: new URL(this.blog.api).origin }
    const post = (path: string, body: object) =>
      ask<{ id: string; slug: string }>(`${this.blog.api}${path}`, { method: 'POST', headers, body })
    const written = await post('/posts', { title: this.titleOf(title) })
    assert.equal(written.status, 201, written.text)
    const { id, slug } = written.json()
    this.posts.set(title, { id, slug, title: this.titleOf(title) })
    const said = await post(`/posts/${id}/comments`, { content })
    assert.equal(said.status, 201, said.text)
    this.comments.set(content, { id: said.json().id, postId: id })
    await this.seen(content, ({ status }) => status === 'approved')
  },
)

When('the owner erases {string}', async function (this: BlogWorld, _name: string) {
  const answer = await this.askAs('owner', `/accounts/people/${ids.get(this)}`, { method: 'DELETE' })
  assert.equal(answer.status, 202, answer.text)
})

Then('every service confirms the erasure of {string}', async function (this: BlogWorld, _name: string) {
  await until(async () => {
    const answer = await this.askAs('owner', `/accounts/erasures/${ids.get(this)}`)
    return (answer.json() as { complete: boolean }).complete
  }, 'the receipt of the erasure to be complete')
})

Then(
  'neither {string} nor {string} stands in the log, on a page or in a feed',
  async function (this: BlogWorld, one: string, other: string) {
    const [post] = this.posts.values()
    const gateway = this.logbook.url('gateway')
    const paths = [`/api/posts/${post?.id}`, '/api/posts', '/feed.xml', '/']
    const texts = await Promise.all(
      paths.map(async (path) => ({ where: path, text: (await ask(`${gateway}${path}`)).text })),
    )
    texts.push({ where: 'the log', text: JSON.stringify(await this.blog.log()) })
    for (const trace of [one, other])
      assert.deepEqual(
        texts.filter(({ text }) => text.includes(trace)).map(({ where }) => `${trace} in ${where}`),
        [],
      )
  },
)

type Act = (world: BlogWorld, who: Who) => Promise<unknown>

const acts: Readonly<Record<string, Act>> = {
  'read the post': (world, who) => world.askAs(who, `/posts/${world.post('Rights').id}`),
  'publish a post': (world, who) =>
    world.askAs(who, '/posts', { method: 'POST', body: { title: world.titleOf('By rights') } }),
  'judge the comment': (world, who) =>
    world.askAs(who, `/moderation/comments/${world.said('About rights').id}/verdict`, {
      ...{ method: 'POST', body: { status: 'approved' } },
    }),
  'read the queue': (world, who) => world.askAs(who, '/moderation/queue'),
  'change the settings': (world, who) => world.askAs(who, '/settings', { method: 'PUT', body: {} }),
}

When(
  new RegExp(
    `^(?:an?|the) (stranger|reader|author|moderator|owner) tries to (${Object.keys(acts).join('|')})$`,
  ),
  async function (this: BlogWorld, who: Who, act: string) {
    await acts[act]?.(this, who)
  },
)

Then(/^it is (allowed|refused)$/, function (this: BlogWorld, wanted: string) {
  const { status, text } = this.answer
  const said = [401, 403].includes(status) ? 'refused' : status < 300 ? 'allowed' : `${status} ${text}`
  assert.equal(said, wanted)
})
