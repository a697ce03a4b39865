import { readdirSync, readFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ServiceName, startOrder } from '../run/services.ts'
import { type Ask, ask, blogOf } from './blog.ts'
import { cookiesOf, join } from './joining.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const person = { name: 'Wilhelmina Saltmarsh', email: 'wilhelmina@saltmarsh.example' }
const newcomer = { name: 'Barnabas Underhill', email: 'barnabas@underhill.example' }
const guest = {
  name: 'Cordelia Thistlewood',
  email: 'cordelia@thistlewood.example',
  url: 'https://thistlewood.example/cordelia',
}
const passwords = {
  asJoined: 'four words in a row',
  newcomer: 'seven purple kettles sing',
  next: 'nine slow trams at dusk',
  wrong: 'the wrong tram at noon',
}

const trace = '0af7651916cd43dd8448eb211c80319c'

let logbook: Logbook
const secrets = new Map<string, string>()
/** Notes what must not be printed, and gives it back. */
const secret = (what: string, value: string | null | undefined): string => {
  if (!value || value.length < 8) throw new Error(`There is no ${what}: ${value}`)
  secrets.set(what, value)
  return value
}

beforeAll(async () => {
  logbook = await startLogbook({
    apart: ['accounts', 'posts'],
    settings: { LOG_LEVEL: 'trace', RATE_LIMITS: 'on', ACCESS_LOG: 'network' },
    outputKept: Number.POSITIVE_INFINITY,
  })
}, 120_000)
afterAll(() => logbook.close())

/** Those that a service printed, in whichever process it runs. */
const linesOf = (name: ServiceName): string[] =>
  logbook
    .output(name)
    .split('\n')
    .filter((line) => line.includes(`"service":"${name}"`))

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(`${logbook.url('gateway')}${path}`, { method: 'POST', body, headers })

/** The secret of the link in the mail to someone. */
const mailed = (address: string, kind: RegExp): Promise<string> => {
  const outbox = pathOf(logbook.place.dataFolder, 'outbox')
  return until(async () => {
    const mails = readdirSync(outbox)
      .filter((name) => name.endsWith('.eml'))
      .map((name) => readFileSync(pathOf(outbox, name), 'utf8').replaceAll('=\n', '').replaceAll('=3D', '='))
      .filter((mail) => mail.includes(address))
    return mails.map((mail) => kind.exec(mail)?.[1]).find((found) => found !== undefined)
  }, `a mail to ${address}`)
}

/** Signing up, in, and wrongly; confirming; a password forgotten. */
const comeAndGo = async (): Promise<void> => {
  const { email } = newcomer
  await post('/api/accounts/auth/sign-up/email', { ...newcomer, password: passwords.newcomer })
  const confirming = secret('link that confirms', await mailed(email, /confirm-address\?token=([\w.%-]+)/))
  for (const token of [confirming, `${confirming}x`]) {
    await ask(`${logbook.url('gateway')}/confirm-address?token=${token}`, {})
    await post('/api/accounts/auth/verify-email', { token })
  }
  const signedIn = await post('/api/accounts/auth/sign-in/email', { email, password: passwords.newcomer })
  expect(signedIn.status, signedIn.text).toBe(200)
  secret('cookie of a session', cookiesOf(signedIn).split('=')[1])
  for (const password of [passwords.wrong, 7, 'x'.repeat(10_000)])
    await post('/api/accounts/auth/sign-in/email', { email, password })
  await post('/api/accounts/auth/sign-in/email', `{"email": "${email}", "password": "${passwords.wrong}"`)
  await post('/api/accounts/auth/request-password-reset', { email })
  const token = secret('link that resets', await mailed(email, /reset[^\s?]*\?token=([\w.%-]+)/))
  await ask(`${logbook.url('gateway')}/reset-password?token=${token}`)
  for (const newPassword of [1, passwords.next])
    await post('/api/accounts/auth/reset-password', { token, newPassword })
}

/** As a script, as a guest, and with what is not believed. */
const write = async (): Promise<void> => {
  const blog = blogOf(logbook)
  const session = await join(blog, person)
  secret('cookie of an invited author', session.Cookie.split('=')[1])
  const made = await post('/api/accounts/tokens', { name: 'ci' }, session)
  const token = secret('API token', (made.json() as { token: string }).token)
  const Authorization = `Bearer ${token}`
  const { id } = await blog.write('Of weather')
  const comments = `/api/posts/${id}/comments`
  await post(comments, { content: 'A fine day.' }, { Authorization })
  await post(comments, { content: 5 }, { Authorization })
  await post(
    comments,
    { content: 'The tide turns.' },
    { Authorization, traceparent: `00-${trace}-b7ad6b7169203331-01` },
  )
  const spoken = await post(comments, { content: 'Rain, they say.', author: guest })
  secret('cookie of a guest', /logbook_guest=([^;]+)/.exec(cookiesOf(spoken))?.[1])
  await post(comments, { content: 'x', author: { ...guest, url: 'javascript:alert(1)' } })
  const withheld: Ask['headers'] = {
    Authorization: `Bearer ${secret('made-up token', 'lb_made-up-by-nobody')}`,
  }
  await post('/api/posts', { title: 'Not mine' }, withheld)
  await ask(
    `${logbook.url('gateway')}/api/search?q=${encodeURIComponent(secret('search', 'a private worry'))}`,
  )
  const direct = await logbook.directlyAs('owner')
  secret('access token', direct.Authorization.slice('Bearer '.length))
  await ask(`${logbook.url('posts')}/posts`, { method: 'POST', body: { title: 3 }, headers: direct })
  await ask(`${logbook.url('posts')}/posts`, { headers: { Authorization: `${direct.Authorization}x` } })
}

/** A service that is away is a fault, which is logged with more. */
const fail = async (): Promise<void> => {
  const session = { Cookie: `logbook.session_token=${secrets.get('cookie of a session')}` }
  await logbook.kill('posts')
  await post(
    '/api/posts',
    { title: 'Lost' },
    { ...session, Authorization: `Bearer ${secrets.get('API token')}` },
  )
  await ask(`${logbook.url('gateway')}/api/author/posts?q=${secrets.get('link that resets')}`, {
    headers: session,
  })
  await logbook.start('posts')
  await logbook.kill('accounts')
  await post('/api/accounts/auth/sign-in/email', { email: newcomer.email, password: passwords.next })
  await ask(`${logbook.url('gateway')}/setup?token=${secrets.get('link that resets')}`, { headers: session })
  await logbook.start('accounts')
}

it('prints no secret and nothing of anybody, at the most verbose, also when things fail', async () => {
  for (const name of ['operator', 'gateway', 'comments']) secret(`token of ${name}`, logbook.tokenOf(name))
  const master = readFileSync(pathOf(logbook.place.dataFolder, 'secrets/master-key'), 'utf8')
  secret('master key', master.trim())
  await comeAndGo()
  await write()
  await fail()
  for (const [what, value] of Object.entries(passwords)) secret(`password: ${what}`, value)
  for (const somebody of [person, newcomer, guest])
    for (const [what, value] of Object.entries(somebody)) secret(`${what}: ${value}`, value)

  const printed = startOrder.map((name) => [name, logbook.output(name)] as const)
  // It was as verbose as it can be: each request has a line.
  for (const name of startOrder)
    if (name !== 'client') expect(linesOf(name).join('\n'), name).toContain('"msg":"request')
  const found = printed.flatMap(([name, text]) =>
    [...secrets].flatMap(([what, value]) =>
      [value, decodeURIComponent(value), encodeURIComponent(value)].some((each) => text.includes(each))
        ? [`${what} by ${name}`]
        : [],
    ),
  )
  expect(found).toEqual([])
}, 120_000)

it('follows a request by its trace: in the line of the gateway, and in every event that it led to', async () => {
  const line = linesOf('gateway').find(
    (each) => each.includes(`"trace":"${trace}"`) && each.includes('"msg":"request"'),
  )
  expect(JSON.parse(line ?? '')).toMatchObject({ method: 'POST', status: 201, network: '127.0.0.0/24' })
  await until(async () => {
    const { text } = await ask(`${logbook.url('event-bus')}/events?limit=1000`, {
      headers: { Authorization: `Bearer ${logbook.tokenOf()}` },
    })
    const events = JSON.parse(text) as { type: string; traceparent?: string }[]
    const types = events.flatMap(({ type, traceparent }) => (traceparent?.includes(trace) ? [type] : []))
    return ['CommentCreated', 'CommentModerated', 'CommentUpdated'].every((type) => types.includes(type))
  }, 'the events of one trace')
})
