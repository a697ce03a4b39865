import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@logbook/chassis/clock.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import type { Smtp } from '@logbook/chassis/mail/smtp.ts'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import type { MailOutcome } from '../src/mail/attempt.ts'
import type { Mail, Post } from '../src/mail/mail.ts'
import { createMailer } from '../src/mail/mailer.ts'
import { smtpPost } from '../src/mail/smtp-post.ts'
import { openAccountsFile } from '../src/storage/tables.ts'
import { boot, password, tokens } from './boot.ts'
import { freePort, type MailServer, startMailServer } from './mail-server.ts'

let folder: string
let servers: MailServer[]
let ends: (() => Promise<void>)[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accounts-mail-'))
  servers = []
  ends = []
})
afterEach(async () => {
  for (const end of ends) await end()
  for (const server of servers) await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const serve = async (options: Parameters<typeof startMailServer>[0] = {}) => {
  const server = await startMailServer(options)
  servers.push(server)
  return server
}
const postTo = (port: number, more: Partial<Smtp> = {}): Post =>
  smtpPost({
    smtp: { host: '127.0.0.1', port, secure: false, user: undefined, password: undefined, ...more },
    from: 'Logbook <logbook@blog.test>',
    site: 'blog.test',
  })

/** A mailer over the file of this test's folder; `end` lets go of the file. */
const open = (post: Post, { clock = systemClock, started = true } = {}) => {
  const db = openAccountsFile(join(folder, 'accounts.sqlite'))
  const outcomes: MailOutcome[] = []
  const onOutcome = (outcome: MailOutcome) => void outcomes.push(outcome)
  const mailer = createMailer({ db, clock, ids: systemIds, logger: silentLogger, post, onOutcome })
  if (started) mailer.start()
  let ended = false
  const end = async () => {
    if (ended) return
    ended = true
    await mailer.stop()
    db.close()
  }
  ends.push(end)
  return { db, mailer, outcomes, end }
}
const mailFor = (to: string, more: Partial<Mail> = {}): Mail => ({
  to,
  subject: 'Hello',
  text: 'Text.\n',
  ...more,
})
const messageId = (message: string | undefined) => /^Message-ID: (.+)$/im.exec(message ?? '')?.[1]

/** Whether a text stands anywhere in the files of the folder. */
const isOnDisk = (text: string): boolean =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .some((file) => statSync(file).isFile() && readFileSync(file).includes(text))

describe('a mail', () => {
  it('a mail is sent once, with its original date, and leaves nothing in the file', async () => {
    const server = await serve()
    const { mailer, outcomes } = open(postTo(server.port))
    mailer.send(mailFor('ada@example.org', { text: 'A secret link.\n' }))
    await until(() => !isOnDisk('ada@example.org') && server.taken.length > 0)
    expect(server.taken).toHaveLength(1)
    expect(server.taken[0]?.message).toContain('A secret link.')
    expect(messageId(server.taken[0]?.message)).toMatch(/^<[\da-f-]{36}@blog\.test>$/)
    expect(isOnDisk('A secret link')).toBe(false)
    expect(mailer.status()).toEqual({ waiting: 0, parked: 0, oldest: null, fault: null })
    expect(outcomes).toEqual(['sent'])
  })

  it('a mail waits while the server is down, and is sent when it is back', async () => {
    const port = await freePort()
    const { mailer } = open(postTo(port))
    mailer.send(mailFor('ada@example.org'))
    await until(() => mailer.status().fault)
    expect(mailer.status()).toMatchObject({ waiting: 1, parked: 0 })
    const server = await serve({ port })
    await until(() => mailer.status().waiting === 0)
    expect(server.taken.map(({ to }) => to)).toEqual(['ada@example.org'])
    expect(mailer.status().fault).toBeNull()
  })

  it('a mail that is refused temporarily is retried with the same id', async () => {
    let tries = 0
    const ids: (string | undefined)[] = []
    const server = await serve({
      taking: () => {
        if (++tries === 1) throw new Error('not now')
      },
    })
    const post = postTo(server.port)
    const { mailer, outcomes } = open({
      ...post,
      deliver: (mail, blogTitle) => {
        ids.push(mail.id)
        return post.deliver(mail, blogTitle)
      },
    })
    mailer.send(mailFor('ada@example.org'))
    await until(() => server.taken.length > 0 && mailer.status().waiting === 0)
    expect(outcomes).toEqual(['failed', 'sent'])
    expect(server.taken).toHaveLength(1)
    expect(new Set(ids).size).toBe(1)
  })

  it('a mail is sent once by a slow server', async () => {
    let goOn = () => {}
    const slow = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let begun = 0
    const server = await serve({
      taking: () => {
        begun++
        return slow
      },
    })
    const { mailer } = open(postTo(server.port))
    mailer.send(mailFor('ada@example.org'))
    await until(() => begun === 1)
    // Whatever else is sent or looked at meanwhile does not begin it again.
    mailer.forgetOld()
    mailer.send(mailFor('ben@example.org'))
    await until(() => begun === 2)
    goOn()
    await until(() => mailer.status().waiting === 0)
    expect(server.taken.map(({ to }) => to).sort()).toEqual(['ada@example.org', 'ben@example.org'])
  })

  it('a mail that hangs or is refused does not delay others', async () => {
    const refused = { 'hangs@example.org': 'hang', 'later@example.org': 451 } as Record<
      string,
      number | 'hang'
    >
    const server = await serve({ recipient: (address) => refused[address] })
    const { mailer } = open(postTo(server.port))
    for (const to of Object.keys(refused)) mailer.send(mailFor(to))
    const others = Array.from({ length: 10 }, (_, n) => `other${n}@example.org`)
    for (const to of others) mailer.send(mailFor(to))
    await until(() => server.taken.length === others.length)
    expect(server.taken.map(({ to }) => to).sort()).toEqual([...others].sort())
    // The receiver has a mail a moment before the mailer knows that it has.
    await until(() => mailer.status().waiting === Object.keys(refused).length)
  })

  it('a mail belongs to the transaction that caused it', async () => {
    const server = await serve()
    const { db, mailer } = open(postTo(server.port))
    const roll = db.transaction(() => {
      mailer.send(mailFor('never@example.org'))
      throw new Error('it did not happen')
    })
    expect(roll).toThrow('it did not happen')
    mailer.send(mailFor('ada@example.org'))
    await until(() => server.taken.length > 0)
    expect(server.taken.map(({ to }) => to)).toEqual(['ada@example.org'])
  })

  it('neither mail nor password goes to another machine without TLS, whatever the server offers', async () => {
    const server = await serve()
    // On Linux and macOS this is this machine, but none of the names by which it is known to be.
    const { deliver } = postTo(server.port, { host: '0.0.0.0', user: 'blog', password: 'of the blog' })
    const mail = { id: 'a', at: new Date().toISOString(), to: 'a@example.org', subject: 's', text: 't' }
    await expect(deliver(mail, 'Marsh')).rejects.toMatchObject({
      code: expect.stringMatching(/^(ETLS|ESOCKET)/),
      forGood: false,
    })
    expect([server.taken, server.logins]).toEqual([[], []])
  })

  it('mails are sent with the name and password of the mail account', async () => {
    const server = await serve()
    const { mailer } = open(postTo(server.port, { user: 'blog', password: 'of the blog' }))
    mailer.send(mailFor('ada@example.org'))
    await until(() => server.taken.length > 0)
    expect(server.logins).toEqual(['blog:of the blog'])
  })
})

describe('an undeliverable mail', () => {
  it('a mail that is refused permanently is parked at once, shown in the status, and retried at the next start', async () => {
    let isKnown = false
    const server = await serve({ recipient: () => (isKnown ? undefined : 550) })
    const first = open(postTo(server.port))
    first.mailer.send(mailFor('nobody@example.org'))
    await until(() => first.mailer.status().parked === 1)
    expect(first.mailer.status()).toMatchObject({ waiting: 0, fault: 'EENVELOPE 550' })
    expect(first.outcomes).toEqual(['failed', 'parked'])
    // What was sent beside it leaves nothing, though the file holds one mail still.
    isKnown = true
    first.mailer.send(mailFor('ada@example.org'))
    await until(() => server.taken.length === 1 && !isOnDisk('ada@example.org'))
    expect(isOnDisk('nobody@example.org')).toBe(true)
    await first.end()
    const second = open(postTo(server.port))
    await until(() => server.taken.length === 2)
    await until(() => second.mailer.status().parked === 0 && !isOnDisk('nobody@example.org'))
  })

  it('a mail is parked after too many attempts, and deleted after some days', async () => {
    const clock = fixedClock('2026-01-01T00:00:00.000Z')
    const { db, mailer } = open(postTo(await freePort()), { clock, started: false })
    mailer.send(mailFor('ada@example.org'))
    db.prepare('UPDATE mail SET tries = ?').run(limits.mailTriesMax - 1)
    mailer.start()
    await until(() => mailer.status().parked === 1)
    clock.set(new Date(clock.now().getTime() + (limits.mailDaysMax * 24 + 1) * 3_600_000).toISOString())
    mailer.forgetOld()
    expect(mailer.status()).toMatchObject({ waiting: 0, parked: 0 })
    await until(() => !isOnDisk('ada@example.org'))
  })
})

describe('kill -9', () => {
  const child = join(import.meta.dirname, 'mail-child.ts')

  it.each(['down', 'slow'] as const)('kill -9 loses no mail while the server is %s', async (state) => {
    let begun = 0
    const port = await freePort()
    const hanging = () => {
      begun++
      return new Promise<void>(() => {})
    }
    const before = state === 'slow' ? await startMailServer({ port, taking: hanging }) : undefined
    const process = fork(child, [folder, String(port), 'ada@example.org'], { stdio: 'inherit' })
    await once(process, 'message')
    if (before) await until(() => begun > 0)
    process.kill('SIGKILL')
    await once(process, 'exit')
    await before?.close()
    const server = await serve({ port })
    const { mailer } = open(postTo(port))
    await until(() => mailer.status().waiting === 0)
    expect(server.taken.map(({ to }) => to)).toEqual(['ada@example.org'])
  })
})

describe('a sign-up while the mail server is down', () => {
  it('a sign-up mail is sent once the server is back, also by the next process, but not after an erasure', async () => {
    const port = await freePort()
    const away = await boot({ folder, post: postTo(port) })
    const signUp = (name: string) =>
      away.ask('POST', '/auth/sign-up/email', { body: { name, email: `${name}@example.org`, password } })
    expect((await signUp('kept')).status).toBe(200)
    await signUp('vanishes')
    await until(async () => (await away.ask('GET', '/health')).body.mail.fault)
    expect((await away.ask('GET', '/health')).body.mail).toMatchObject({
      connected: false,
      waiting: 2,
      parked: 0,
    })
    expect((await away.ask('GET', '/metrics', { as: tokens.operator })).body).toMatch(
      /accounts_mails_kept\{state="waiting"\} 2/,
    )
    expect(isOnDisk('vanishes@example.org')).toBe(true)
    const db = away.db
    const id = db.prepare("SELECT id FROM user WHERE name = 'vanishes'").pluck().get()
    expect((await away.ask('DELETE', `/people/${id}`, { as: tokens.operator })).status).toBe(202)
    expect(isOnDisk('vanishes')).toBe(false)
    await away.stop()
    const server = await serve({ port })
    const back = await boot({ folder, bus: away.bus, post: postTo(port) })
    ends.push(() => back.stop())
    await until(() => server.taken.length > 0)
    await until(async () => (await back.ask('GET', '/health')).body.mail.waiting === 0)
    expect(server.taken.map(({ to }) => to)).toEqual(['kept@example.org'])
  })
})
