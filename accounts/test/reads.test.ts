import { until } from '@logbook/chassis/testing/until.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { grantsOf } from '@logbook/contracts/http/endpoint.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rateLimits } from '../src/limits.ts'
import { type Booted, boot } from './boot.ts'

let accounts: Booted
beforeEach(async () => {
  accounts = await boot({ config: { social: { github: { clientId: 'id', clientSecret: 'secret' } } } })
})
afterEach(() => accounts.close())

/** Rows written to the file since it was opened. */
const written = (): number => {
  const row = accounts.db.prepare<[], { n: number }>('SELECT total_changes() AS n').get()
  return row?.n ?? Number.NaN
}

const { max } = rateLimits.challengePerNetwork
const tries = max + 20

const readsOfAnyone = Object.entries(grantsOf(accountEndpoints)).flatMap(([row, grants]) =>
  row.startsWith('GET ') && (grants as readonly string[]).includes('anyone')
    ? [row.slice('GET '.length)]
    : [],
)

describe('anonymous reads', () => {
  it('repeated reads store no more rows than a network may begin sign-ins', async () => {
    // The work of the start is done once the file rests.
    let before = -1
    await until(() => {
      const rests = before === written()
      before = written()
      return rests
    })
    for (const path of readsOfAnyone) {
      const asked = path.replace(':provider', 'github').replace(':id', '01920000-0000-7000-8000-000000000001')
      const answers = await Promise.all(Array.from({ length: tries }, () => accounts.ask('GET', asked)))
      for (const { status } of answers) expect([200, 302, 404, 422, 429]).toContain(status)
    }
    expect(written() - before).toBeLessThanOrEqual(max)
  })

  it.each([
    ['GET', '/auth/passkey/generate-authenticate-options', undefined],
    ['POST', '/auth/sign-in/social', { provider: 'github', callbackURL: '/' }],
  ])('%s %s begins sign-ins for a network until 429', async (method, path, body) => {
    const ask = (network: string) =>
      accounts.ask(method, path, {
        ...(body && { body }),
        headers: { 'X-Forwarded-For': network },
      })
    const answers = await Promise.all(Array.from({ length: tries }, () => ask('203.0.113.1')))
    const stopped = answers.filter(({ status }) => status === 429)
    expect(stopped).toHaveLength(tries - max)
    expect(Number(stopped[0]?.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await ask('198.51.100.7')).status).toBe(200)
  })
})
