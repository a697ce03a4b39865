import { digestOf, forwardingProof } from '@logbook/chassis/access/service-tokens.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits, rateLimits } from '../src/limits.ts'
import { type Booted, boot, password, tokenOf, tokens } from './boot.ts'

let accounts: Booted
beforeEach(async () => {
  accounts = await boot()
})
afterEach(() => accounts.close())

const from = (network: string) => ({ headers: { 'X-Forwarded-For': network } })
const tryIn = (email: string, word: string, network: string) =>
  accounts.ask('POST', '/auth/sign-in/email', { body: { email, password: word }, ...from(network) })

describe('guessing a password', () => {
  it('guessing a password ends with 429 and Retry-After for that account from that network', async () => {
    const { email } = await accounts.makeOwner()
    const { max } = rateLimits.signInPerAccountAndNetwork
    const statuses = await Promise.all(
      Array.from({ length: max }, () => tryIn(email, 'wrong guess', '203.0.113.1')),
    )
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([401]))
    const stopped = await tryIn(email, password, '203.0.113.1')
    expect(stopped).toMatchObject({ status: 429, body: { code: 'too-many' } })
    expect(Number(stopped.headers.get('Retry-After'))).toBeGreaterThan(60)
    expect(stopped.headers.get('RateLimit')).toBeTruthy()
    // From elsewhere the owner gets in: guessing locks no account.
    expect((await tryIn(email, password, '198.51.100.7')).status).toBe(200)
    expect((await tryIn('someone-else@example.org', 'wrong guess', '203.0.113.1')).status).toBe(401)
  })

  it('guessing from a few networks does not lock the account for others', async () => {
    const { email } = await accounts.makeOwner()
    const tries = rateLimits.signInPerAccount.max / 2 + 1
    for (const network of ['203.0.113.1', '2001:db8::1'])
      await Promise.all(Array.from({ length: tries }, () => tryIn(email, 'wrong guess', network)))
    expect((await tryIn(email, password, '198.51.100.7')).status).toBe(200)
  })

  it('guessing from many networks locks no one out, and leaves each network a few tries', async () => {
    const { email } = await accounts.makeOwner()
    const { max } = rateLimits.signInPerAccount
    const networks = Array.from({ length: max + 1 }, (_, n) => `10.0.${n}.1`)
    const statuses = new Set<number>()
    for (const network of networks) statuses.add((await tryIn(email.toUpperCase(), 'wrong', network)).status)
    expect(statuses).toEqual(new Set([401]))
    // The owner gets in from wherever they are, at a device that was never here before too, and after a slip.
    expect((await tryIn(email, 'a slip of the owner', '198.51.100.7')).status).toBe(401)
    expect((await tryIn(email, password, '198.51.100.7')).status).toBe(200)
    const few = limits.signInTriesGuessedAtMax
    for (let n = 0; n < few; n++) expect((await tryIn(email, 'wrong', '203.0.113.1')).status).toBe(401)
    expect((await tryIn(email, 'wrong', '203.0.113.1')).status).toBe(429)
    // Other accounts are tried at as ever.
    for (let n = 0; n <= few; n++)
      expect((await tryIn('another@example.org', 'wrong', '203.0.113.2')).status).toBe(401)
  })

  it('only failed sign-ins count', async () => {
    const { email } = await accounts.makeOwner()
    const { max } = rateLimits.signInPerAccountAndNetwork
    const all = await Promise.all(
      Array.from({ length: 2 }, () =>
        Promise.all(Array.from({ length: max / 2 }, () => tryIn(email, password, '203.0.113.9'))),
      ),
    )
    expect(new Set(all.flat().map(({ status }) => status))).toEqual(new Set([200]))
  })
})

describe('guessing the secret of a link', () => {
  const newPassword = 'another long password'
  it.each([
    ['POST', '/setup', { name: 'N', email: 'n@example.org', password }],
    ['POST', '/invitations/look', {}],
    ['POST', '/invitations/accept', { name: 'N', password }],
    ['POST', '/auth/reset-password', { newPassword }],
    ['POST', '/auth/verify-email', {}],
    ['GET', '/auth/callback/github?code=x&state=', undefined],
  ] as const)(
    'guessing a secret at %s %s ends with 429 for that network only',
    async (method, path, more) => {
      const { max } = rateLimits.secretPerNetwork
      const guess = async (n: number, network: string) => {
        const token = `guess-${n}-of-a-secret-that-nobody-has`
        const body = more && { ...more, token }
        const to = method === 'GET' ? `${path}${token}` : path
        return (await accounts.ask(method, to, { ...(body && { body }), ...from(network) })).status
      }
      const statuses = await Promise.all(Array.from({ length: max }, (_, n) => guess(n, '203.0.113.1')))
      expect(statuses).not.toContain(429)
      expect(await guess(max, '203.0.113.1')).toBe(429)
      expect(await guess(max, '198.51.100.7')).not.toBe(429)
    },
  )
})

describe('the client address', () => {
  it.each([
    ['no proof', undefined],
    ['the digest that everyone may know', digestOf(tokens.gateway)],
    ['the proof of another service', forwardingProof(tokens.comments)],
    ['the token itself', tokens.gateway],
  ])('X-Forwarded-For is ignored with %s', async (_what, proof) => {
    const { email } = await accounts.makeOwner()
    const lie = (index: number) => ({
      'X-Forwarded-For': `203.0.113.${index}`,
      'X-Forwarded-Proof': proof ?? '',
    })
    const tryAs = (index: number) =>
      accounts.ask('POST', '/auth/sign-in/email', { body: { email, password: 'wrong' }, headers: lie(index) })
    for (let index = 0; index < rateLimits.signInPerAccountAndNetwork.max; index++) await tryAs(index)
    expect((await tryAs(200)).status).toBe(429)
  })

  it('the client address is the one that the gateway names, in the list of sessions too', async () => {
    const { email, jwt } = await accounts.makeOwner()
    await tryIn(email, password, '203.0.113.9')
    const { body } = await accounts.ask('GET', '/sessions', { as: jwt })
    expect(body.map(({ ipAddress }: { ipAddress: string }) => ipAddress)).toContain('203.0.113.9')
  })
})

describe('requests for mails', () => {
  const paths = ['/auth/request-password-reset', '/auth/send-verification-email', '/auth/sign-up/email']
  const ask = (path: string, email: string, n: number) =>
    accounts.ask('POST', path, {
      body: { email, ...(path.includes('sign-up') ? { name: 'N', password } : {}) },
      ...from(`203.0.113.${n}`),
    })

  it.each(paths)('%s sends few mails to one address, and does not show that it stopped', async (path) => {
    const { max } = rateLimits.mailPerAccount
    const { email } = await accounts.makeReader('Flora')
    const mails = () => accounts.sent.filter(({ to }) => to === email).length
    const before = mails()
    const answers = await Promise.all(Array.from({ length: max + 3 }, (_, n) => ask(path, email, n)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    // Who has signed up was sent a mail by that already, and has no address to confirm.
    const sent = { [paths[0] ?? '']: max, [paths[1] ?? '']: 0, [paths[2] ?? '']: max - 1 }
    expect(mails() - before).toBe(sent[path])
  })

  it('strangers can’t keep a person from resetting their password', async () => {
    const { email } = await accounts.makeReader('Vera')
    for (let n = 0; n < rateLimits.mailPerAccount.max * 2; n++)
      await ask('/auth/request-password-reset', email, n)
    const own = await ask('/auth/request-password-reset', email, 200)
    expect(own).toMatchObject({ status: 200, body: { status: 'check-your-mail' } })
    const newPassword = 'another long password'
    const token = tokenOf(accounts.mailTo(email).link)
    expect(
      (await accounts.ask('POST', '/auth/reset-password', { body: { token, newPassword } })).status,
    ).toBe(204)
    expect((await tryIn(email, newPassword, '198.51.100.7')).status).toBe(200)
    // A link lasts longer than the pause between mails: a person who gets no mail still has a valid link.
    expect(limits.resetMinutesMax).toBeGreaterThanOrEqual(4 * rateLimits.mailPerAccount.minutes)
  })
})

describe('signing up', () => {
  it('sign-ups are limited by network, an IPv6 /64 counting as one', async () => {
    const { max } = rateLimits.signUpPerNetwork
    const ask = (n: number) =>
      accounts.ask('POST', '/auth/sign-up/email', {
        body: { name: 'N', email: `n${n}@example.org`, password },
        ...from(`2001:db8::${n + 1}`),
      })
    const answers = await Promise.all(Array.from({ length: max + 1 }, (_, n) => ask(n)))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(max).fill(200), 429])
  })
})
