import { scryptSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { boot, password, quickPasswords } from './boot.ts'

it('a sign-in hashes a password once, whether the address is unknown, the password wrong, or both right', async () => {
  let hashed = 0
  const accounts = await boot({
    passwords: {
      hash(given) {
        hashed++
        return quickPasswords.hash(given)
      },
      verify(given) {
        hashed++
        return quickPasswords.verify(given)
      },
    },
  })
  const { email } = await accounts.makeReader('Eva')
  const hashesOf = async (body: object): Promise<[status: number, hashes: number]> => {
    const before = hashed
    const { status } = await accounts.ask('POST', '/auth/sign-in/email', { body })
    return [status, hashed - before]
  }
  expect(await hashesOf({ email: 'nobody@example.org', password: 'a wrong password' })).toEqual([401, 1])
  expect(await hashesOf({ email, password: 'a wrong password' })).toEqual([401, 1])
  expect(await hashesOf({ email, password })).toEqual([200, 1])
  await accounts.close()
})

it('passwords are hashed by scrypt with N = 16384, r = 16 and p = 1 by default', async () => {
  const accounts = await boot({ passwords: undefined })
  const { email } = await accounts.makeOwner('Olga')
  const [salt = '', key] =
    accounts.db
      .prepare<[], string>('SELECT password FROM account WHERE password IS NOT NULL')
      .pluck()
      .get()
      ?.split(':') ?? []
  const cost = { N: 16_384, r: 16, p: 1, maxmem: 128 * 1024 * 1024 }
  expect(key).toBe(scryptSync(password, salt, 64, cost).toString('hex'))
  expect((await accounts.signIn({ email, password })).jwt).toMatch(/^ey/)
  await accounts.close()
})
