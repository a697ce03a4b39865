import assert from 'node:assert/strict'
import { Given, Then, When } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import { ask } from '../../e2e/blog.ts'
import { join } from '../../e2e/joining.ts'
import { greyPicture } from '../../e2e/png.ts'
import type { BlogWorld } from '../world.ts'
import { ids } from './people.ts'

type Headers = Record<string, string>

/** Files by the names that a scenario has for them. */
const media = new WeakMap<BlogWorld, Map<string, MediumAnswer>>()
const known = (world: BlogWorld, name: string): MediumAnswer => {
  const medium = media.get(world)?.get(name)
  if (medium === undefined) throw new Error(`This scenario has no file "${name}".`)
  return medium
}
const remember = (world: BlogWorld, name: string, medium: MediumAnswer) =>
  media.set(world, (media.get(world) ?? new Map()).set(name, medium))

/** Once a worker is done with it, whatever came of it. */
const ended = (world: BlogWorld, id: string, headers: Headers): Promise<MediumAnswer> =>
  until(async () => {
    const answer = await ask<MediumAnswer>(`${world.blog.api}/media/${id}`, { headers })
    return answer.status === 200 && ['finished', 'failed'].includes(answer.json().state) && answer.json()
  }, 'a worker to be done')

/** Uploads as a browser does, by tus, and resolves once a worker is done. */
const upload = async (world: BlogWorld, name: string, bytes: Uint8Array, headers: Headers) => {
  const tus = { ...headers, Origin: new URL(world.blog.api).origin, 'Tus-Resumable': '1.0.0' }
  const begun = await ask(`${world.blog.api}/media/uploads`, {
    method: 'POST',
    headers: {
      ...tus,
      'Upload-Length': String(bytes.length),
      'Upload-Metadata': `filename ${Buffer.from(name).toString('base64')}`,
    },
  })
  assert.equal(begun.status, 201, begun.text)
  const id = begun.headers.get('Location')?.split('/').at(-1) ?? ''
  const sent = await ask(`${world.blog.api}/media/uploads/${id}`, {
    method: 'PATCH',
    headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
    body: bytes,
  })
  assert.equal(sent.status, 204, sent.text)
  const medium = await ended(world, id, headers)
  remember(world, name, medium)
  return medium
}

const uploadAsAuthor = async (world: BlogWorld, name: string, bytes: Uint8Array = greyPicture(900, 600)) =>
  upload(world, name, bytes, await world.logbook.as('author'))

const addressOf = ({ id }: MediumAnswer): string => `/api/media/${id}/w900.png#900x600`

Given('the picture {string}', async function (this: BlogWorld, name: string) {
  assert.equal((await uploadAsAuthor(this, name)).state, 'finished')
})

When('an author uploads the picture {string}', async function (this: BlogWorld, name: string) {
  await uploadAsAuthor(this, name)
})

When('an author uploads the damaged picture {string}', async function (this: BlogWorld, name: string) {
  await uploadAsAuthor(this, name, greyPicture(900, 600).subarray(0, 200))
})

Then('the picture {string} is ready in several widths', function (this: BlogWorld, name: string) {
  const { state, variants } = known(this, name)
  assert.equal(state, 'finished')
  const names = variants.map((variant) => variant.name)
  for (const each of ['w320.avif', 'w640.webp', 'w900.png', 'card.jpg', 'original'])
    assert.ok(names.includes(each), `${each} in ${names.join()}`)
})

Then('the picture {string} has failed, because it is damaged', function (this: BlogWorld, name: string) {
  const { state, reason } = known(this, name)
  assert.equal(state, 'failed')
  assert.match(String(reason), /damaged/)
})

When(
  'an author publishes the post {string} with the picture {string} and the words {string}',
  async function (this: BlogWorld, post: string, name: string, words: string) {
    await this.write(post, { content: `![${words}](${addressOf(known(this, name))})` })
  },
)

When(
  'an author publishes the post {string} with the picture {string} as its cover',
  async function (this: BlogWorld, post: string, name: string) {
    await this.write(post, { cover: addressOf(known(this, name)) })
  },
)

Given(
  'the draft {string} with the picture {string}',
  async function (this: BlogWorld, post: string, name: string) {
    await this.write(post, { status: 'draft', content: `![](${addressOf(known(this, name))})` })
  },
)

/** The status with which a reader without an account gets a picture. */
const statusFor = async (world: BlogWorld, { id }: MediumAnswer): Promise<number> =>
  (await ask(`${world.blog.api}/media/${id}/w320.png`)).status

Then('everyone can see the picture {string}', async function (this: BlogWorld, name: string) {
  await until(async () => (await statusFor(this, known(this, name))) === 200, `"${name}" to be public`)
})

Then('no reader can see the picture {string}', async function (this: BlogWorld, name: string) {
  await this.blog.settled()
  assert.equal(await statusFor(this, known(this, name)), 404)
})

/** A page as a reader gets it, once it names the variant of a picture. */
const shows = (world: BlogWorld, path: string, what: RegExp): Promise<string> =>
  until(async () => {
    const { text } = await ask(`${world.logbook.url('gateway')}${path}`)
    return what.test(text) && text
  }, `${path} to have ${what}`)

const pathOf = (world: BlogWorld, post: string): string => `/posts/${world.post(post).slug}`

Then(
  'the page of the post {string} shows the picture {string} first',
  async function (this: BlogWorld, post: string, name: string) {
    const image = new RegExp(
      `<img class="focus cover"[^>]*fetchPriority="high"[^>]*/media/${known(this, name).id}/`,
    )
    await shows(this, pathOf(this, post), image)
  },
)

Then('the list of posts shows the picture {string}', async function (this: BlogWorld, name: string) {
  await shows(this, '/', new RegExp(`<img class="focus card-cover"[^>]*/media/${known(this, name).id}/w320`))
})

Then(
  'previews of the post {string} on other sites show the picture {string}',
  async function (this: BlogWorld, post: string, name: string) {
    const { id } = known(this, name)
    await shows(
      this,
      pathOf(this, post),
      new RegExp(`property="og:image" content="[^"]*/media/${id}/card\\.jpg"`),
    )
    assert.equal((await ask(`${this.blog.api}/media/${id}/card.jpg`)).status, 200)
  },
)

When('an author asks for the file at {string} by link', async function (this: BlogWorld, url: string) {
  await this.askAs('author', '/media', { method: 'POST', body: { url } })
})

Then('the request is refused, because its address is not public', function (this: BlogWorld) {
  const { status, text } = this.answer
  assert.equal(status, 422)
  assert.match(text, /not public/)
  assert.match(text, /"path":"url"/)
})

Then(
  'the work queue lists the picture {string} with its reason',
  async function (this: BlogWorld, name: string) {
    const headers = await this.logbook.as('owner')
    const { status, text } = await ask(`${this.logbook.url('gateway')}/media/queue?state=failed`, { headers })
    assert.equal(status, 200)
    assert.ok(text.includes(known(this, name).name))
    assert.ok(text.includes(String(known(this, name).reason)))
  },
)

const portrait = 'portrait.png'

Given(
  'the author {string} shows a portrait beside the post {string}',
  async function (this: BlogWorld, name: string, post: string) {
    const session = await join(this.blog, { email: `p-${this.mark}@blog.example`, name })
    const headers = { ...session, Origin: new URL(this.blog.api).origin }
    const me = await ask<{ id: string }>(`${this.blog.api}/accounts/me`, { headers: session })
    ids.set(this, me.json().id)
    const medium = await upload(this, portrait, greyPicture(900, 600), session)
    const chosen = await ask(`${this.blog.api}/accounts/me`, {
      ...{ method: 'PATCH', headers, body: { picture: addressOf(medium) } },
    })
    assert.equal(chosen.status, 200, chosen.text)
    const title = this.titleOf(post)
    const written = await ask<{ id: string; slug: string }>(`${this.blog.api}/posts`, {
      ...{ method: 'POST', headers, body: { title } },
    })
    assert.equal(written.status, 201, written.text)
    this.posts.set(post, { ...written.json(), title })
  },
)

Then('the page of the post {string} shows the portrait', async function (this: BlogWorld, post: string) {
  const { id } = known(this, portrait)
  await shows(this, pathOf(this, post), new RegExp(`<img class="focus portrait-picture"[^>]*/media/${id}/`))
  assert.equal(await statusFor(this, known(this, portrait)), 200)
})

Then(
  'no reader can see the portrait, and the page of the post {string} does not show it',
  async function (this: BlogWorld, post: string) {
    const { id } = known(this, portrait)
    assert.equal(await statusFor(this, known(this, portrait)), 404)
    const { status, text } = await ask(`${this.logbook.url('gateway')}${pathOf(this, post)}`)
    assert.deepEqual([status, text.includes(id)], [200, false])
  },
)
