import { digestOf, forwardingProof } from '@logbook/chassis/access/service-tokens.ts'
import { callers } from '@logbook/chassis/testing/access.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { bootComments, thread } from './boot.ts'

const token = 'the-token-of-the-gateway'
const knownCallers = { gateway: digestOf(token) }
/** What the gateway says of where a request comes from. */
const from = (address: string) => ({
  'X-Forwarded-For': address,
  [headers.forwardedProof]: forwardingProof(token),
})
const { comment, vote } = limits.rates

describe('comments that the gateway vouches for', () => {
  it('are taken so many times a minute of a caller, wherever they come from, and of others on', async () => {
    const { http, as } = await bootComments({ knownCallers })
    const send = (n: number) =>
      http
        .post(thread)
        .set(from(`10.0.0.${n}`))
        .send({ content: `c${n}` })
    for (let n = 0; n < comment.perCaller; n++) expect((await send(n)).status).toBe(201)
    const refused = await send(99)
    expect([refused.status, refused.body.code]).toEqual([429, 'too-many'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const other = await as(callers.reader)
    expect((await other.post(thread).set(from('10.0.0.1')).send({ content: 'mine' })).status).toBe(201)
  })

  it('comments and votes are limited per network and minute, for all senders', async () => {
    const { url, headerOf } = await bootComments({ knownCallers })
    const send = async (n: number, address: string) => {
      const id = `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
      const { status } = await fetch(`${url}${thread}`, {
        method: 'POST',
        headers: {
          ...from(address),
          Authorization: await headerOf({ kind: 'guest', id }),
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({ content: `c${n}` }),
      })
      return status
    }
    const answers = new Set<number>()
    for (let n = 0; n < comment.perNetwork; n++) answers.add(await send(n, `2001:db8::${n.toString(16)}`))
    expect([...answers]).toEqual([201])
    expect(await send(1_000, '2001:db8::ffff')).toBe(429)
    expect(await send(1_001, '2001:db8:0:1::1')).toBe(201)
  })

  it('are counted apart from votes, which are counted too', async () => {
    const { http, as, approved } = await bootComments({ knownCallers })
    const { path } = await approved()
    const reader = await as(callers.reader)
    const send = () => reader.put(`${path}/vote`).set(from('10.0.0.1')).send({ value: 1 })
    for (let n = 0; n < vote.perCaller; n++) expect((await send()).status).toBe(200)
    expect((await send()).status).toBe(429)
    expect((await http.post(thread).set(from('10.0.0.1')).send({ content: 'a' })).status).toBe(201)
  })

  it('are not told apart by an address that somebody else claims', async () => {
    const { http } = await bootComments({ knownCallers })
    const claimed = { ...from('10.0.0.1'), [headers.forwardedProof]: forwardingProof('another') }
    for (let n = 0; n <= comment.perCaller; n++)
      expect(
        (
          await http
            .post(thread)
            .set(claimed)
            .send({ content: `c${n}` })
        ).status,
      ).toBe(201)
  })
})
