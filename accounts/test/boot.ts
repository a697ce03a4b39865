import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestsOf, forwardingProof } from '@logbook/chassis/access/service-tokens.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { type Logger, silentLogger } from '@logbook/chassis/logger.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { createAccounts } from '../src/app.ts'
import type { Passwords } from '../src/auth/auth.ts'
import type { Config } from '../src/config.ts'
import type { Mail, Post } from '../src/mail/mail.ts'
import { openAccountsFile } from '../src/storage/tables.ts'

export const tokens = {
  gateway: 'token-of-the-gateway-in-tests',
  comments: 'token-of-comments-in-tests-1',
  notifications: 'token-of-notifications-in-tests',
  operator: 'token-of-the-operator-in-tests',
}
const publicUrl = 'http://blog.test'
export const password = 'correct horse battery'

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  body: any
  headers: Headers
  cookies: string[]
}

export interface Asked {
  body?: unknown
  /** The JWT, API token or service token to show. */
  as?: string | undefined
  cookie?: string | undefined
  headers?: Record<string, string>
}

const quickHashOf = (password: string): string => createHash('sha256').update(password).digest('hex')
/** Hashes in microseconds, where the service itself takes a tenth of a second by design. */
export const quickPasswords: Passwords = {
  hash: async (password) => quickHashOf(password),
  verify: async ({ hash, password }) => hash === quickHashOf(password),
}

interface BootOptions {
  /** How passwords are hashed: quickly unless told otherwise, and with `undefined` as outside tests. */
  passwords?: Passwords | undefined
  /** At once unless told otherwise, and with `undefined` as outside tests. */
  uniformAnswerMsMin?: number | undefined
  folder?: string
  bus?: Bus
  clock?: Clock
  /** Do not wait until the log was read, as before which no key is to be had. */
  early?: boolean
  /** What takes mails, in place of the list that they go to otherwise. */
  post?: Post
  logger?: Logger
  config?: Partial<
    Pick<Config, 'masterKey' | 'publicUrl' | 'blogTitle' | 'signUp' | 'social' | 'origins' | 'smtp'>
  >
}

/** What a browser would send back. */
export const cookieOf = (cookies: readonly string[]): string =>
  cookies.map((each) => each.split(';', 1)[0]).join('; ')

/** The secret at the end of a link. */
export const tokenOf = (link: string | null | undefined): string =>
  new URL(link ?? '').searchParams.get('token') ?? ''

/** A mail, and the link in it that its receiver opens. */
export type ReceivedMail = Mail & { link?: string }
export const received = (mail: Mail): ReceivedMail => {
  const link = /^https?:\S+$/m.exec(mail.text)?.[0]
  return link === undefined ? mail : { ...mail, link }
}

/** An accounts service over a log in memory, its file in a folder of its own, its mails in a list. */
export const boot = async (options: BootOptions = {}) => {
  const {
    folder,
    bus = busOver(memoryLog()),
    clock = systemClock,
    early = false,
    post: given,
    logger = silentLogger,
    config,
  } = options
  const { passwords, uniformAnswerMsMin } = { passwords: quickPasswords, uniformAnswerMsMin: 0, ...options }
  const home = folder ?? mkdtempSync(join(tmpdir(), 'accounts-'))
  const sent: ReceivedMail[] = []
  const inList: Post = {
    deliver: async (mail) => void sent.push(received(mail)),
    forget: ({ personId, address }) => {
      const theirs = sent.filter((mail) => mail.to === address || mail.personId === personId)
      for (const mail of theirs) sent.splice(sent.indexOf(mail), 1)
    },
    forgetInvitations: () => {},
  }
  const post = given ?? inList
  const db = openAccountsFile(join(home, 'accounts.sqlite'))
  const service = await createAccounts({
    bus,
    db,
    clock,
    ids: systemIds,
    logger,
    post,
    knownCallers: digestsOf(tokens),
    passwords,
    ...(uniformAnswerMsMin === undefined ? {} : { uniformAnswerMsMin }),
    config: {
      masterKey: { file: join(home, 'secrets', 'master-key') },
      publicUrl,
      origins: [],
      signUp: 'open',
      social: {},
      ...config,
    },
  })
  const listening = await listen(service.app, { host: '127.0.0.1', port: 0 })
  await service.start()

  const ask = async (
    method: string,
    path: string,
    { body, as, cookie, headers }: Asked = {},
  ): Promise<Answer> => {
    const answer = await fetch(`${listening.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(as === undefined ? {} : { Authorization: `Bearer ${as}` }),
        ...(cookie === undefined ? {} : { Cookie: cookie }),
        // As the gateway, which proves what it says of where a request is from.
        'X-Forwarded-Proof': forwardingProof(tokens.gateway),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const json = /json/.test(answer.headers.get('Content-Type') ?? '')
    return {
      status: answer.status,
      body: json ? JSON.parse(text) : text,
      headers: answer.headers,
      cookies: answer.headers.getSetCookie(),
    }
  }

  if (!early) await until(async () => (await ask('GET', '/health')).body.caughtUp)

  const exchange = async (shown: Record<string, unknown>) =>
    ask('POST', '/exchange', { as: tokens.gateway, body: shown })
  /** The access token of the person with this cookie, as the gateway would send it. */
  const jwtOf = async (cookie: string): Promise<string> => (await exchange({ cookie })).body.token

  /** The last mail to an address. */
  const mailTo = (address: string): ReceivedMail => {
    const mail = sent.findLast(({ to }) => to === address)
    if (mail === undefined) throw new Error(`no mail to ${address}`)
    return mail
  }

  let readers = 0
  const makeOwner = async (name = 'Olga') => {
    const { body } = await ask('GET', '/operator/setup', { as: tokens.operator })
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.org`
    const made = await ask('POST', '/setup', { body: { token: tokenOf(body.link), name, email, password } })
    const cookie = cookieOf(made.cookies)
    return { ...made.body.person, email, cookie, jwt: await jwtOf(cookie) }
  }

  /** Signs up, confirms and signs in. */
  const makeReader = async (name = 'Rita') => {
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.org`
    // Each from a network of its own, or the rate limit of sign-ups would end the tests.
    const headers = { 'X-Forwarded-For': `198.51.100.${++readers % 256}` }
    await ask('POST', '/auth/sign-up/email', { body: { name, email, password }, headers })
    const confirmed = await ask('POST', '/auth/verify-email', {
      body: { token: tokenOf(mailTo(email).link) },
    })
    const cookie = cookieOf(confirmed.cookies)
    const jwt = await jwtOf(cookie)
    const me = await ask('GET', '/me', { as: jwt })
    return { ...me.body, email, cookie, jwt }
  }

  const signIn = async ({ email, password }: { email: string; password: string }) => {
    const { cookies } = await ask('POST', '/auth/sign-in/email', { body: { email, password } })
    return { jwt: await jwtOf(cookieOf(cookies)) }
  }

  return {
    url: listening.url,
    db,
    signIn,
    folder: home,
    bus,
    sent,
    ask,
    exchange,
    jwtOf,
    mailTo,
    makeOwner,
    makeReader,
    /** Ends the process; its folder stays for the next one. */
    async stop() {
      await listening.close()
      await service.close()
    },
    async close() {
      await listening.close()
      await service.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
export type Booted = Awaited<ReturnType<typeof boot>>
