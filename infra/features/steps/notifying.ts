import assert from 'node:assert/strict'
import { Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import { ask } from '../../e2e/blog.ts'
import type { BlogWorld, Who } from '../world.ts'

const isInDigest = async (world: BlogWorld, text: string): Promise<boolean> => {
  const answer = await world.askAs('owner', '/notifications/digests/next')
  assert.equal(answer.status, 200, answer.text)
  return answer.text.includes(world.said(text).id)
}

Then('the next digest has the comment {string}', async function (this: BlogWorld, text: string) {
  await until(() => isInDigest(this, text), `"${text}" to be in the digest`)
})

Then('the next digest does not have the comment {string}', async function (this: BlogWorld, text: string) {
  await until(async () => !(await isInDigest(this, text)), `"${text}" to be out of the digest`)
})

Then('the page {string} says {string}', async function (this: BlogWorld, path: string, words: string) {
  const page = await ask(`${this.logbook.url('gateway')}${path}`)
  assert.equal(page.status, 200)
  assert.ok(page.text.includes(words), page.text)
})

Then(
  'the newsletter of the post {string} contains {string}',
  async function (this: BlogWorld, name: string, html: string) {
    const path = `/notifications/newsletters/${this.post(name).id}/mail`
    await until(async () => {
      const answer = await this.askAs('owner', path)
      return answer.status === 200 && answer.text.includes(html)
    }, `the mail of "${name}" to contain ${html}`)
  },
)

When(
  '{who} tries to send the post {string} as a newsletter',
  async function (this: BlogWorld, who: Who, name: string) {
    const path = `/notifications/newsletters/${this.post(name).id}/send`
    await this.askAs(who, path, { method: 'POST', body: {} })
  },
)
