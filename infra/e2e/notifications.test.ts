import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import { beforeAll, expect, it } from 'vitest'
import { type Ask, ask, blogOf } from './blog.ts'
import { join } from './joining.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

const reader = { email: 'grace@told.example', name: 'Grace', role: 'reader' } as const
const subscriber = 'guest@told.example'
const testMsMax = 240_000

let logbook: Logbook

beforeAll(async () => {
  logbook = await sharedLogbook()
}, 120_000)

interface Mail {
  text: string
  /** A mail that is sent again takes the place of its file: only the time of the file tells. */
  writtenMs: number
}

/** The mails to an address, oldest first. */
const mailsTo = (address: string): Mail[] => {
  const outbox = pathOf(logbook.place.dataFolder, 'outbox')
  return readdirSync(outbox)
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => pathOf(outbox, name))
    .map((file) => ({
      text: readFileSync(file, 'utf8').replaceAll('=\n', '').replaceAll('=3D', '='),
      writtenMs: statSync(file).mtimeMs,
    }))
    .filter(({ text }) => text.includes(`\nTo: ${address}`))
}
const mailsAbout = (address: string, words: string) =>
  mailsTo(address).filter(({ text }) => text.includes(words))

/** Resolves to the mails about something once there is one and it was noted as sent: a kill before that may repeat it. */
const toldOf = async (address: string, words: string): Promise<Mail[]> => {
  await until(() => mailsAbout(address, words).length > 0, `a mail to ${address} about "${words}"`)
  await until(async () => {
    const outbox = await blogOf(logbook).askAs<{ waiting: number }>('owner', '/notifications/outbox')
    return outbox.json().waiting === 0
  }, 'the outbox to be empty')
  return mailsAbout(address, words)
}

const linkIn = (mail: Mail | undefined, kind: RegExp): URL => {
  const [, link] = kind.exec(mail?.text ?? '') ?? []
  if (link === undefined) throw new Error(`No ${kind} in\n${mail?.text}`)
  return new URL(link.replaceAll('&amp;', '&'))
}

const send = (path: string, { method = 'POST', ...asked }: Ask = {}) =>
  ask<{ id: string }>(`${logbook.url('gateway')}${path}`, { method, ...asked })

const subscribe = async (): Promise<void> => {
  const asked = { email: subscriber, scope: { kind: 'blog' } }
  expect((await send('/api/notifications/mail-subscriptions', { body: asked })).status).toBe(202)
  await until(() => mailsTo(subscriber).length === 1, 'the mail that asks to confirm')
  const { pathname, searchParams } = linkIn(
    mailsTo(subscriber)[0],
    /(http:\S+\/confirm-subscription\?[^\s"]+)/,
  )
  // The page of the link has a form with what the link shows.
  const page = await ask(`${logbook.url('gateway')}${pathname}?${searchParams}`)
  expect([page.status, page.text.includes('name="token"')]).toEqual([200, true])
  const confirmed = await send('/api/notifications/mail-subscriptions/confirm', {
    body: Object.fromEntries(searchParams),
  })
  expect(confirmed.status, confirmed.text).toBe(200)
}

it(
  'replies and posts are mailed once, only when published, whatever becomes of the process and its view, until they are ended',
  async () => {
    const blog = blogOf(logbook)
    const { id: postId } = await blog.write('Told by mail')
    const Cookie = (await join(blog, reader)).Cookie
    const chosen = await send('/api/notifications/preferences', {
      ...{ method: 'PUT', body: { mail: ['reply'] }, headers: { Cookie } },
    })
    expect(chosen.status, chosen.text).toBe(200)
    const asked = await send(`/api/posts/${postId}/comments`, {
      ...{ body: { content: 'Who has seen it?' }, headers: { Cookie } },
    })
    const parentId = asked.json().id
    await blog.judged(postId, 1)
    await subscribe()

    // One lane sends all mails in order: a later mail shows that an earlier one was not sent.
    await blog.commentForSure({ postId, parentId, content: 'An orange one' })
    await blog.judged(postId, 2)
    await logbook.kill('moderation')
    await blog.commentForSure({ postId, parentId, content: 'Yesterday at dusk' })
    await blog.write('While nobody judges')
    const news = await toldOf(subscriber, 'While nobody judges')
    expect(mailsAbout(reader.email, 'List-Unsubscribe')).toEqual([])
    await logbook.start('moderation')
    const first = await toldOf(reader.email, 'Yesterday at dusk')

    await logbook.kill('notifications', 'SIGKILL')
    await blog.commentForSure({ postId, parentId, content: 'Told after the kill' })
    await logbook.start('notifications')
    const second = await toldOf(reader.email, 'Told after the kill')

    await logbook.kill('notifications', 'SIGKILL')
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(`${logbook.file('notifications')}${suffix}`, { force: true })
    await logbook.start('notifications')
    const { position } = (await ask<{ position: number }>(`${logbook.url('event-bus')}/health`)).json()
    const inbox = await ask<{ notes: { comment: { excerpt: string } }[] }>(
      `${blog.api}/notifications/inbox`,
      { headers: { Cookie, 'Min-Position': String(position), Prefer: 'wait=10' } },
    )
    expect(inbox.json().notes.map(({ comment }) => comment.excerpt)).toEqual([
      'Told after the kill',
      'Yesterday at dusk',
    ])
    await blog.commentForSure({ postId, parentId, content: 'Told after the rebuild' })
    const third = await toldOf(reader.email, 'Told after the rebuild')
    const told = ['Yesterday at dusk', 'Told after the kill', 'Told after the rebuild']
    expect([first, second, third].map((mails) => mails.length)).toEqual([1, 1, 1])
    expect(mailsAbout(reader.email, 'List-Unsubscribe')).toEqual([...first, ...second, ...third])
    const page = await ask(`${logbook.url('gateway')}/notifications`, { headers: { Cookie } })
    for (const text of told) expect(page.text).toContain(text)

    expect([news.length, mailsAbout(subscriber, 'While nobody judges')]).toEqual([1, news])
    const oneClick = linkIn(mailsTo(subscriber).at(-1), /List-Unsubscribe:\s+<(http:[^>]+)>/)
    const ended = await send(`${oneClick.pathname}${oneClick.search}`, {
      body: 'List-Unsubscribe=One-Click',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect(ended.status, ended.text).toBe(200)
    const before = mailsTo(subscriber).length
    await blog.write('After the end')
    await blog.commentForSure({ postId, parentId, content: 'The last one' })
    await toldOf(reader.email, 'The last one')
    expect(mailsTo(subscriber)).toHaveLength(before)
  },
  testMsMax,
)
