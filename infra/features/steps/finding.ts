import assert from 'node:assert/strict'
import { Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import { ask } from '../../e2e/blog.ts'
import type { BlogWorld, Who } from '../world.ts'

const feed = async ({ logbook }: BlogWorld, path: string): Promise<string> =>
  (await ask(`${logbook.url('gateway')}${path}`)).text

Then('the feed {string} has the post {string}', async function (this: BlogWorld, path: string, name: string) {
  await until(async () => (await feed(this, path)).includes(this.post(name).title), `"${name}" in ${path}`)
})

Then(
  'the feed {string} does not have the post {string}',
  async function (this: BlogWorld, path: string, name: string) {
    assert.ok(!(await feed(this, path)).includes(this.post(name).title))
  },
)

When('{who} searches for {string}', async function (this: BlogWorld, who: Who, words: string) {
  await this.blog.settled()
  await this.askAs(who, `/search?q=${encodeURIComponent(words)}`)
})

Then(
  'the search finds the post {string} and the comment {string}',
  async function (this: BlogWorld, name: string, text: string) {
    const q = new URLSearchParams({ q: 'halcyon' })
    const found = await until(async () => {
      const { text: hits } = await this.askAs('stranger', `/search?${q}`)
      return hits.includes(this.post(name).id) && hits.includes(this.said(text).id) && hits
    }, `"${name}" and "${text}" to be found`)
    assert.ok(found)
  },
)

Then('the search finds nothing', function (this: BlogWorld) {
  assert.equal(this.answer.status, 200)
  assert.deepEqual(this.answer.json(), [])
})
