import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { isLong } from '@logbook/chassis/testing/cases.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest'
import { seeded } from '../chaos/random.ts'
import { type ServiceName, startOrder, viewNames } from '../run/services.ts'
import { type Answer, type Ask, ask, blogOf, eachAtOnce } from './blog.ts'
import { type Logbook, startLogbook } from './logbook.ts'
import { rowsOf } from './rows.ts'

const services = startOrder.filter((name) => name !== 'client')
const kills = isLong ? 100 : 10
const writers = 4
const testMsMax = isLong ? 1_800_000 : 300_000
const patience = { withinMs: 120_000 }

let logbook: Logbook
beforeAll(async () => {
  logbook = await startLogbook({ services })
}, 120_000)
afterAll(() => logbook?.close())

/** A picture of one pixel that differs from all others by a comment in it. */
const gifOf = (n: number): Buffer => {
  const gif = Buffer.from('R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')
  const text = Buffer.from(`number ${n}`)
  const comment = Buffer.concat([Buffer.from([0x21, 0xfe, text.length]), text, Buffer.from([0])])
  return Buffer.concat([gif.subarray(0, -1), comment, gif.subarray(-1)])
}

/** Again until it is answered with anything but a failure of the server. */
const surely = <Body>(what: string, tryOnce: () => Promise<Answer<Body>>): Promise<Answer<Body>> =>
  until(
    async () => {
      const answer = await tryOnce().catch(() => undefined)
      return answer !== undefined && answer.status < 500 && answer
    },
    what,
    patience,
  )

const command = async <Body>(
  role: 'owner' | 'author' | 'reader',
  path: string,
  body: object,
): Promise<Body> => {
  const headers = { 'Idempotency-Key': randomUUID() }
  const answer = await surely(path, () =>
    blogOf(logbook).askAs<Body>(role, path, { method: 'POST', body, headers }),
  )
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`)
  return answer.json()
}

/** As a tus client does: where the answer was lost, it asks how much has arrived. Resolves to the id of the medium. */
const upload = async (bytes: Buffer): Promise<string> => {
  const tus = { 'Tus-Resumable': '1.0.0' }
  const send = (path: string, asked: Ask) =>
    blogOf(logbook).askAs('author', `/media/uploads${path}`, {
      ...asked,
      headers: { ...tus, ...asked.headers },
    })
  const metadata = `filename ${Buffer.from('dot.gif').toString('base64')}`
  const begun = await surely('an upload to begin', () =>
    send('', {
      method: 'POST',
      headers: { 'Upload-Length': String(bytes.length), 'Upload-Metadata': metadata },
    }),
  )
  const id = begun.headers.get('Location')?.split('/').at(-1) ?? ''
  await until(
    async () => {
      const medium = await blogOf(logbook).askAs('author', `/media/${id}`)
      if (medium.status === 200) return true
      const { headers } = await send(`/${id}`, { method: 'HEAD' })
      const offset = Number(headers.get('Upload-Offset') ?? 0)
      const sent = await send(`/${id}`, {
        method: 'PATCH',
        body: new Uint8Array(bytes.subarray(offset)),
        headers: { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
      })
      return sent.status === 204
    },
    `upload ${id} to be complete`,
    patience,
  )
  return id
}

const subscribers = ['ada@told.example', 'bea@told.example']

const mailsTo = (address: string): string[] => {
  const outbox = pathOf(logbook.place.dataFolder, 'outbox')
  return readdirSync(outbox)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => readFileSync(pathOf(outbox, name), 'utf8').replaceAll('=\n', '').replaceAll('=3D', '='))
    .filter((text) => text.includes(`\nTo: ${address}`))
}

const subscribe = async (email: string): Promise<void> => {
  const { api } = blogOf(logbook)
  const body = { email, scope: { kind: 'blog' } }
  await ask(`${api}/notifications/mail-subscriptions`, { method: 'POST', body })
  const link = await until(
    () => /(http:\S+\/confirm-subscription\?[^\s"]+)/.exec(mailsTo(email)[0] ?? '')?.[1],
    'the mail that asks to confirm',
  )
  const shown = Object.fromEntries(new URL(link.replaceAll('&amp;', '&')).searchParams)
  const path = '/notifications/mail-subscriptions/confirm'
  expect((await ask(`${api}${path}`, { method: 'POST', body: shown })).status).toBe(200)
}

/** What says where a file stands or what is due, and no row of a view. */
const ofFile = ['checkpoint', 'live', 'told', 'view']

/** Stops the services with views, and reads what stands in each. */
const rowsOfViews = async () => {
  const { dataFolder } = logbook.place
  for (const name of viewNames) await logbook.kill(name)
  return viewNames.map((name) => {
    const rows = Object.entries(rowsOf(pathOf(dataFolder, `${name}.sqlite`)))
    return [name, rows.filter(([table]) => !ofFile.includes(table))]
  })
}

const removeView = (name: ServiceName): void => {
  const { dataFolder } = logbook.place
  for (const file of readdirSync(dataFolder).filter((each) => each.startsWith(`${name}.sqlite`)))
    rmSync(pathOf(dataFolder, file))
}

const done = { posts: new Map<string, string>(), comments: new Map<string, string>(), media: [] as string[] }

let killsDone = 0

/** What one of several people does, one thing after the other, until all kills are over: once for each kill, so that each meets some of it. */
const write = async (writer: number, goesOn: () => boolean): Promise<void> => {
  for (let n = 0; goesOn(); n++) {
    await until(() => n <= killsDone || !goesOn(), 'the next kill', patience)
    const title = `Post ${n} of ${writer}`
    const { id: postId } = await command<{ id: string }>('owner', '/posts', { title })
    done.posts.set(postId, title)
    for (const content of [`First of ${writer} on ${n}`, `Second of ${writer} on ${n}`]) {
      const { id } = await command<{ id: string }>('reader', `/posts/${postId}/comments`, { content })
      done.comments.set(id, content)
    }
    done.media.push(await upload(gifOf(writer * 10_000 + n)))
  }
}

const killAtRandom = async (seed: number): Promise<Map<ServiceName, number>> => {
  const random = seeded({ seed, name: 'kills under a mixed load' })
  const killed = new Map<ServiceName, number>()
  for (let n = 0; n < kills; n++) {
    // Each at least once, in an order that the seed gives; what was written meanwhile says when.
    const victim =
      services[(n + (n < services.length ? seed : random.below(services.length))) % services.length]
    if (victim === undefined) throw new Error('No service to kill')
    const before = done.comments.size
    await until(() => done.comments.size > before, 'something to be written between two kills', patience)
    await logbook.kill(victim, 'SIGKILL')
    await logbook.start(victim, { wait: random.below(2) === 0 })
    killed.set(victim, (killed.get(victim) ?? 0) + 1)
    killsDone++
  }
  for (const name of services) await logbook.ready(name)
  return killed
}

it(
  'everything that was acknowledged is there, once, and is told once, after each service was killed while several people write, comment and upload',
  async () => {
    const seed = isLong ? Date.now() % 1_000_000 : 7
    onTestFailed(() => console.error(`Killed with seed ${seed}.`))
    const blog = blogOf(logbook)
    for (const email of subscribers) await subscribe(email)
    for (const role of ['owner', 'author', 'reader'] as const) await logbook.as(role)
    let isOver = false
    const writing = Promise.all(Array.from({ length: writers }, (_, n) => write(n, () => !isOver)))
    writing.catch(() => {
      isOver = true
    })
    const killed = await killAtRandom(seed).finally(() => {
      isOver = true
    })
    await writing
    await blog.settled()

    // What is read is what was answered.
    await eachAtOnce([...done.posts], { width: 4 }, async ([id, title]) => {
      const thread = await blog.judged(id, 2)
      expect((await blog.page(id)).title).toBe(title)
      const own = thread.map((comment) => [comment.id, comment.content ?? ''] as const)
      expect(own.map(([comment]) => done.comments.get(comment))).toEqual(own.map(([, content]) => content))
      expect(own).toHaveLength(2)
    })
    const log = await blog.log()
    expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1))
    const idsOf = (type: string) =>
      log.filter((event) => event.type === type).map(({ data }) => (data as { id: string }).id)
    expect(idsOf('CommentCreated').sort()).toEqual([...done.comments.keys()].sort())
    expect(idsOf('CommentModerated').sort()).toEqual([...done.comments.keys()].sort())
    for (const id of done.posts.keys())
      expect(idsOf('PostCreated').filter((each) => each === id)).toEqual([id])

    // Each upload was made into a picture, by one job, and every file that an event names is there.
    await eachAtOnce(done.media, { width: 4 }, (id) =>
      until(
        async () =>
          (await blog.askAs<{ state: string }>('author', `/media/${id}`)).json().state === 'finished',
        `${id} to be finished`,
        patience,
      ),
    )
    const finished = (await blog.log(['MediaFinished'])).map(({ data }) => (data as { id: string }).id)
    expect(finished.sort()).toEqual([...done.media].sort())
    const checked = await until(async () => {
      const answer = await ask<{ missing: unknown[]; unknown: unknown[] }>(`${logbook.url('media')}/check`, {
        headers: logbook.authorizationOf(),
      })
      const { missing, unknown } = answer.json()
      return unknown.length === 0 && { missing, unknown }
    }, 'leftovers of killed processes to be removed')
    expect(checked).toEqual({ missing: [], unknown: [] })

    // A mail that is sent again takes the place of its file; none is missing, and none has a second one.
    await until(
      async () =>
        (await blog.askAs<{ waiting: number }>('owner', '/notifications/outbox')).json().waiting === 0,
      'the outbox to be empty',
      patience,
    )
    for (const address of subscribers) {
      const told = mailsTo(address).map((text) => /^Subject: (?:.*: )?(Post \d+ of \d+)/m.exec(text)?.[1])
      expect(told.filter((title) => title !== undefined).sort()).toEqual([...done.posts.values()].sort())
    }

    // The views are what the log makes of them.
    const health = (await ask<{ degraded: string[] }>(`${logbook.url('gateway')}/health`)).json()
    // It is not run here.
    expect(health.degraded).toEqual(['client'])
    const before = await rowsOfViews()
    for (const name of viewNames) removeView(name)
    for (const name of viewNames) await logbook.start(name)
    await blog.settled()
    expect(await rowsOfViews()).toEqual(before)
    expect([...killed.keys()].sort()).toEqual([...services].sort())
  },
  testMsMax,
)
