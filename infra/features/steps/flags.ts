import assert from 'node:assert/strict'
import { Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import type { CommentFlags } from '@logbook/contracts/events/comment-flags.ts'
import type { FeaturedComment, PostPage } from '@logbook/contracts/http/query.ts'
import type { BlogWorld, Who } from '../world.ts'

const set = async (world: BlogWorld, who: Who, text: string, flag: Partial<CommentFlags>): Promise<void> => {
  await world.seen(text, ({ status }) => status === 'approved')
  const [name] = Object.keys(flag)
  const path = `/comments/${world.said(text).id}/${name}`
  const answer = await world.askAs(who, path, { method: 'PUT', body: flag })
  assert.equal(answer.status, 200, answer.text)
}

const sets = (words: string, flag: Partial<CommentFlags>): void =>
  When(words, async function (this: BlogWorld, who: Who, text: string) {
    await set(this, who, text, flag)
  })
sets('{who} features the comment {string}', { promoted: true })
sets('{who} no longer features the comment {string}', { promoted: false })
sets('{who} quotes the comment {string}', { advertised: true })
sets('{who} leaves the comment {string} out of searches', { searchable: false })
sets('{who} hides the name on the comment {string}', { anonymized: true })

const isFeatured = async (world: BlogWorld, text: string): Promise<boolean> => {
  const answer = await world.askAs('stranger', '/featured?limit=100')
  return (answer.json() as FeaturedComment[]).some(({ id }) => id === world.said(text).id)
}

Then('the comment {string} is among the featured ones', async function (this: BlogWorld, text: string) {
  await until(() => isFeatured(this, text), `"${text}" to be featured`)
  await this.seen(text, ({ promoted }) => promoted)
})

Then('the comment {string} is not among the featured ones', async function (this: BlogWorld, text: string) {
  await until(async () => !(await isFeatured(this, text)), `"${text}" to be featured no more`)
})

Then(
  'the comment {string} is quoted beside the post {string}',
  async function (this: BlogWorld, text: string, name: string) {
    const { id } = this.said(text)
    await until(
      async () => (await this.page(name)).quotes.some((quote) => quote.id === id),
      `"${text}" to be quoted`,
    )
  },
)

Then('no comment is quoted beside the post {string}', async function (this: BlogWorld, name: string) {
  await until(async () => (await this.page(name)).quotes.length === 0, 'the quotes to go')
})

Then(
  'a search for {string} does not find the comment {string}',
  async function (this: BlogWorld, words: string, text: string) {
    const { id } = this.said(text)
    await until(async () => {
      const answer = await this.askAs('stranger', `/search?q=${encodeURIComponent(words)}`)
      return !answer.text.includes(id)
    }, `"${text}" not to be found`)
  },
)

Then(
  'everyone sees the comment {string} by {string}',
  async function (this: BlogWorld, text: string, name: string) {
    await this.seen(text, ({ author }) => author?.name === name)
  },
)

Then('everyone sees the comment {string} without a name', async function (this: BlogWorld, text: string) {
  await this.seen(
    text,
    ({ anonymized, author, content }) => anonymized && author === null && content === text,
  )
})

Then(
  'no page of the past has a name on the comment {string}',
  async function (this: BlogWorld, text: string) {
    await this.blog.settled()
    const { id, postId } = this.said(text)
    const events = await this.blog.log(['CommentUpdated'])
    const ofComment = events.filter(({ subject }) => subject === `comment-${id}`)
    assert.ok(ofComment.length > 1)
    for (const { position } of ofComment) {
      const answer = await this.askAs('stranger', `/posts/${postId}?asOf=${position}`)
      const { comments } = answer.json() as PostPage
      assert.equal(comments.find((each) => each.id === id)?.author, null)
    }
  },
)
