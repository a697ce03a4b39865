import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { keySetPath } from '@logbook/contracts/identity.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { keysOf } from '../../src/access/keys.ts'
import { createVerify } from '../../src/access/verify.ts'
import { callers, testAccess } from '../../src/testing/access.ts'
import { fixedClock } from '../../src/testing/deterministic.ts'

/** Something at the address of accounts, which can go away and come back. */
const publisher = async (answer: () => { status: number; body: unknown }) => {
  let asked = 0
  const server = createServer((req, res) => {
    asked++
    const { status, body } = answer()
    res.writeHead(req.url === keySetPath ? status : 404, { 'Content-Type': 'application/json' })
    res.end(JSON.stringify(body))
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const leave = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  }
  onTestFinished(async () => {
    if (server.listening) await leave()
  })
  return { url: `http://127.0.0.1:${port}`, leave, comeBack: () => listen(port), asked: () => asked }
}

describe('a key that accounts made since', () => {
  it.each([-3_600_000, 0, 3_600_000])(
    'is fetched with the first token that it signed, though the wall clock was set by %i ms',
    async (ms) => {
      const [before, after] = [await testAccess(), await testAccess({ keyId: 'the-next-key' })]
      let published = before.keySet
      const accounts = await publisher(() => ({ status: 200, body: published }))
      const clock = fixedClock()
      const keys = keysOf(accounts.url, clock)
      expect(await createVerify({ keys })((await before.header(callers.author)) ?? '')).toEqual(
        callers.author,
      )
      published = { keys: [...before.keySet.keys, ...after.keySet.keys] }
      const verify = createVerify({ keys, clock: fixedClock(new Date().toISOString()) })
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
      onTestFinished(() => void vi.useRealTimers())
      // Forged tokens must not make a flood of requests.
      await expect(verify((await after.header(callers.owner)) ?? '')).rejects.toMatchObject({
        code: 'unauthenticated',
      })
      clock.pass(5_000)
      expect(await verify((await after.header(callers.owner)) ?? '')).toEqual(callers.owner)
      expect(accounts.asked()).toBe(2)
    },
  )
})

describe('the keys that accounts publishes', () => {
  it('are fetched once, and kept while accounts is away', async () => {
    const access = await testAccess()
    const accounts = await publisher(() => ({ status: 200, body: access.keySet }))
    const verify = createVerify({ keys: keysOf(accounts.url) })
    expect(await verify((await access.header(callers.author)) ?? '')).toEqual(callers.author)
    await accounts.leave()
    expect(await verify((await access.header(callers.owner)) ?? '')).toEqual(callers.owner)
    expect(accounts.asked()).toBe(1)
  })

  it('are there before anyone shows a token, though accounts came later', async () => {
    const access = await testAccess()
    const accounts = await publisher(() => ({ status: 200, body: access.keySet }))
    await accounts.leave()
    const verify = createVerify({ keys: keysOf(accounts.url) })
    await accounts.comeBack()
    await vi.waitFor(() => expect(accounts.asked()).toBe(1), { timeout: 10_000 })
    await accounts.leave()
    expect(await verify((await access.header(callers.author)) ?? '')).toEqual(callers.author)
  })

  it.each(['before the keys came', 'after the keys came'])(
    'are fetched once for any number of forged tokens that come %s',
    async (when) => {
      const access = await testAccess()
      const accounts = await publisher(() => ({ status: 200, body: access.keySet }))
      const clock = fixedClock()
      const verify = createVerify({ keys: keysOf(accounts.url, clock) })
      const header = (await access.header(callers.author)) ?? ''
      // The first true token is known as soon as the keys are here, without another request.
      if (when === 'after the keys came') {
        await vi.waitFor(() => expect(accounts.asked()).toBe(1))
        expect(await verify(header)).toEqual(callers.author)
      }
      for (const caller of [callers.author, callers.owner, callers.reader]) {
        const forged = (await access.header(caller, 'other-key')) ?? ''
        await expect(verify(forged)).rejects.toMatchObject({ code: 'unauthenticated' })
      }
      expect(accounts.asked()).toBe(1)
    },
  )

  it.each([
    ['an error', { status: 500, body: {} }],
    ['something else', { status: 200, body: { keys: 'none' } }],
  ])('that come as %s leave a token unverified, until they come', async (_what, broken) => {
    const access = await testAccess()
    let well = false
    const accounts = await publisher(() => (well ? { status: 200, body: access.keySet } : broken))
    const verify = createVerify({ keys: keysOf(accounts.url) })
    const header = (await access.header(callers.author)) ?? ''
    await expect(verify(header)).rejects.toMatchObject({ code: 'unavailable' })
    well = true
    expect(await verify(header)).toEqual(callers.author)
  })

  it('that were never there leave a token unverified', async () => {
    const access = await testAccess()
    const accounts = await publisher(() => ({ status: 200, body: access.keySet }))
    await accounts.leave()
    const verify = createVerify({ keys: keysOf(accounts.url) })
    const header = (await access.header(callers.author)) ?? ''
    await expect(verify(header)).rejects.toMatchObject({ code: 'unavailable' })
    await accounts.comeBack()
    expect(await verify(header)).toEqual(callers.author)
  })
})
