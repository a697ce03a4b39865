import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Booted, boot, password } from './boot.ts'

const { scrypt } = crypto
let hashed = 0
let accounts: Booted

beforeAll(async () => {
  // The library hashes passwords by this function of Node's: whoever imports it is given one that counts.
  crypto.scrypt = ((...given: Parameters<typeof scrypt>) => {
    hashed++
    return scrypt(...given)
  }) as typeof scrypt
  syncBuiltinESMExports()
  accounts = await boot()
})
afterAll(async () => {
  crypto.scrypt = scrypt
  syncBuiltinESMExports()
  await accounts.close()
})

it('hashes a password once at a sign-in, whether the address is unknown, the password wrong, or all is right', async () => {
  const { email } = await accounts.makeReader('Eva')
  const hashesOf = async (body: object): Promise<[status: number, hashes: number]> => {
    const before = hashed
    const { status } = await accounts.ask('POST', '/auth/sign-in/email', { body })
    return [status, hashed - before]
  }
  expect(await hashesOf({ email: 'nobody@example.org', password: 'a wrong password' })).toEqual([401, 1])
  expect(await hashesOf({ email, password: 'a wrong password' })).toEqual([401, 1])
  expect(await hashesOf({ email, password })).toEqual([200, 1])
})
