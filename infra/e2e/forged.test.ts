import { rm } from 'node:fs/promises'
import { type EventType, eventTypes } from '@logbook/contracts/events/catalog.ts'
import { commentSubject } from '@logbook/contracts/events/comments.ts'
import { moderationSubject } from '@logbook/contracts/events/moderation.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'
import { publishers } from '@logbook/contracts/events/publishers.ts'
import { commentExamples } from '@logbook/contracts/examples/comments.ts'
import { postExamples } from '@logbook/contracts/examples/posts.ts'
import { CloudEvent } from 'cloudevents'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServiceName } from '../run/services.ts'
import { ask, blogOf } from './blog.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const services: readonly ServiceName[] = [
  'event-bus',
  'accounts',
  'posts',
  'comments',
  'moderation',
  'query',
  'gateway',
]
const followers = ['posts', 'comments', 'moderation', 'query'] as const
let logbook: Logbook
const real = { post: '', comment: '' }
const lives = new Map<ServiceName, number | undefined>()
beforeAll(async () => {
  logbook = await startLogbook({ services, apart: followers })
  const blog = blogOf(logbook)
  real.post = (await blog.write('Real')).id
  real.comment = await blog.commentForSure({ postId: real.post, content: 'Real' })
  await blog.judged(real.post, 1)
  for (const name of services) lives.set(name, logbook.pid(name))
})
afterAll(() => logbook.close())

const publish = async (events: readonly object[], as?: string): Promise<number[]> => {
  const answer = await ask(`${logbook.url('event-bus')}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', ...logbook.authorizationOf(as) },
    body: `${events.map((event) => JSON.stringify(event)).join('\n')}\n`,
  })
  expect(answer.status).toBe(200)
  return answer.text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { status: number }).status)
}

const brokenData = (): unknown[] => [
  null,
  0,
  'orange',
  [],
  {},
  { id: '__proto__' },
  { id: real.post, title: 5, status: 'published' },
  { id: real.comment, postId: real.post, status: 'pending', content: null, parentId: null },
  { id: real.comment, postId: '__proto__', status: 'approved', cause: {} },
  { id: { $ne: null }, revision: -1 },
  { content: 'o'.repeat(200_000), id: real.comment },
]

/** Appends each event as the service whose type it is, on a stream that this service may write: past the bus, at the consumers. */
const publishAsOwner = async (events: readonly { type: EventType; subject: string; data: unknown }[]) => {
  const owners = Object.groupBy(events, ({ type }) => publishers[type].by[0] ?? '')
  const statuses = Object.entries(owners).map(([owner, own]) =>
    publish(
      (own ?? []).map((event) => ({ ...event, subject: within(event) })),
      owner,
    ),
  )
  return (await Promise.all(statuses)).flat()
}
const within = ({ type, subject }: { type: EventType; subject: string }): string => {
  const { subject: prefix } = publishers[type]
  return subject.startsWith(prefix) ? subject : `${prefix}${subject}`
}

/** Of services that run here, which accounts does not. The bus appends its own without a token, and takes them from no caller. */
const ownedHere = eventTypes.filter((type) =>
  services.some((name) => name !== 'event-bus' && publishers[type].by.includes(name)),
)
const shapely = () => [...postExamples(), ...commentExamples()].map(({ type, data }) => ({ type, data }))

describe('a forged event', () => {
  it('an event is refused from every sender but its publisher', async () => {
    const events = shapely().map((event) => ({
      ...event,
      subject: `${publishers[event.type].subject}forged`,
    }))
    for (const name of ['operator', 'moderation', 'query'])
      expect(new Set(await publish(events, name))).toEqual(new Set([403]))
    const metrics = await ask(`${logbook.url('event-bus')}/metrics`, { headers: logbook.authorizationOf() })
    expect(metrics.text).toContain(`bus_forged_appends_total{caller="moderation"} ${events.length}`)
    await everyoneGoesOn()
  })

  it('malformed events of a service break no consumer', async () => {
    const subjects = [
      postSubject(real.post),
      commentSubject(real.comment),
      moderationSubject(real.comment),
      'rules',
      '__proto__',
      'somewhere-else',
    ]
    const events = ownedHere.flatMap((type) =>
      brokenData().flatMap((data, index) => [
        { type, data, subject: subjects[index % subjects.length] ?? '' },
        { type, data, subject: `forged-${type}-${index}`, dataversion: 99 },
      ]),
    )
    // The log looks at the envelope alone: what is well-formed and its sender's own is taken.
    expect(new Set(await publishAsOwner(events))).toEqual(new Set([201]))
    await everyoneGoesOn()
  })

  it('a well-formed event without a cause or on the wrong stream breaks no consumer', async () => {
    const examples = shapely()
    const events = examples.flatMap((event, index) => [
      { ...event, subject: `${event.type}-alone` },
      { ...event, subject: postSubject(real.post) },
      { ...event, subject: commentSubject(real.comment) },
      { ...event, subject: examples[(index * 7) % examples.length]?.type ?? 'x' },
    ])
    expect(new Set(await publishAsOwner([...events, ...events]))).toEqual(new Set([201]))
    await everyoneGoesOn()
  })

  it('an old event sent again returns the first result to its publisher and is refused from others', async () => {
    const recorded = (await blogOf(logbook).log()).filter(
      ({ subject }) => subject === commentSubject(real.comment),
    )
    expect(recorded.length).toBeGreaterThan(1)
    const head = recorded.at(-1)?.position
    const events = recorded.map(({ position: _, version: __, ...event }) => event)
    expect(new Set(await publish(events, 'comments'))).toEqual(new Set([200]))
    for (const name of ['operator', 'posts', 'moderation'])
      expect(new Set(await publish(events, name))).toEqual(new Set([403]))
    const altered = events.map((event) => ({ ...event, data: { ...Object(event.data), content: 'Other' } }))
    expect(new Set(await publish(altered, 'comments'))).toEqual(new Set([409]))
    const after = (await blogOf(logbook).log()).filter(
      ({ subject }) => subject === commentSubject(real.comment),
    )
    expect(after.at(-1)?.position).toBe(head)
    await everyoneGoesOn()
  })

  it('a huge event is refused, or read and skipped', async () => {
    const huge = [
      { type: 'CommentCreated', subject: 'comment-huge', data: { content: 'o'.repeat(900_000) } },
      { type: 'CommentCreated', subject: 'comment-huger', data: { content: 'o'.repeat(1_200_000) } },
    ]
    const statuses = await publish(huge, 'comments')
    expect(statuses).toEqual([201, 413])
    await everyoneGoesOn()
  })

  it('an event of an unknown type is ignored', async () => {
    expect(await publish([{ type: 'SomethingElse', data: { any: 'thing' } }])).toEqual([201])
    await everyoneGoesOn()
  })

  it('a rebuild skips forged events again', async () => {
    for (const name of followers) {
      await logbook.kill(name, 'SIGKILL')
      for (const suffix of ['', '-wal', '-shm']) await rm(`${logbook.file(name)}${suffix}`, { force: true })
      await logbook.start(name)
      lives.set(name, logbook.pid(name))
    }
    await everyoneGoesOn()
  })
})

it('every event of the whole run is a CloudEvent that the official SDK parses', async () => {
  const events = await blogOf(logbook).log()
  for (const event of events)
    expect(() => new CloudEvent(event as object), JSON.stringify(event)).not.toThrow()
  expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(15)
  expect(events.filter(({ causationid }) => causationid !== undefined)).not.toEqual([])
})

const everyoneGoesOn = async () => {
  const blog = blogOf(logbook)
  const { id: postId } = await blog.write('After the forgery')
  await blog.commentForSure({ postId, content: 'We go on' })
  await blog.commentForSure({ postId, content: 'With an orange' })
  expect((await blog.judged(postId, 2)).map(({ status }) => status)).toEqual(['approved', 'rejected'])
  await blog.settled()
  for (const name of services)
    expect(logbook.pid(name), `${name} is still the process it was`).toBe(lives.get(name))
  expect((await ask(`${blog.api}/posts`)).status).toBe(200)
}
