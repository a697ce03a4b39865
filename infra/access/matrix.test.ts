import {
  callers,
  type Flaw,
  serviceToken,
  type TestAccess,
  testAccess,
} from '@logbook/chassis/testing/access.ts'
import { connectTo } from '@logbook/chassis/testing/kept-connections.ts'
import { type Caller, operator, scraper } from '@logbook/contracts/identity.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { serviceNames, services } from '../run/services.ts'
import { declared, openApps } from './apps.ts'
import { matrix } from './matrix.ts'
import { tokenMatrix } from './token-matrix.ts'
import { everyone, type Guarded, type Who } from './who.ts'

const holders = serviceNames.filter((name) => services[name].showsToken)
const access: TestAccess = await testAccess({ services: [...holders, scraper] })
const tokens = Object.fromEntries([...holders, operator, scraper].map((name) => [name, serviceToken(name)]))
const { apps, close } = openApps(access, tokens)
const guarded = Object.keys(matrix) as Guarded[]
const connections = Object.fromEntries(
  guarded.map((service) => [service, connectTo(apps[service])]),
) as Readonly<Record<Guarded, ReturnType<typeof connectTo>>>
afterAll(async () => {
  for (const connection of Object.values(connections)) connection.close()
  await close()
})

const callerOf: Readonly<Record<Who, Caller>> = {
  ...callers,
  service: { kind: 'service', name: 'query' },
  scraper: { kind: 'service', name: scraper },
}
/** The log takes no access tokens: to it, people are strangers. */
const isKnown = (service: Guarded, who: Who): boolean => {
  if (who === 'nobody') return false
  return service !== 'event-bus' || ['service', 'operator', 'scraper'].includes(who)
}

const uuid = '01920000-0000-7000-8000-0000000000ff'
const addressOf = (path: string): string =>
  path.replace(':idOrSlug', 'nothing').replace(':name', 'nothing').replace(/:\w+/, uuid)

const statusOf = async (service: Guarded, row: string, caller: Caller, flaw?: Flaw): Promise<number> => {
  const [method = '', path = ''] = row.split(' ')
  const request = connections[service].agent()[method.toLowerCase() as 'get'](addressOf(path))
  const header = await access.header(caller, flaw)
  const { status } = await (header === undefined ? request : request.set('Authorization', header))
  return status
}

const rows = guarded.flatMap((service) =>
  Object.entries(matrix[service]).map(([row, may]) => ({ service, row, may })),
)

describe('the authorization matrix', () => {
  it.each(guarded)('the authorization matrix has each endpoint of %s, and no other', (service) => {
    expect(Object.keys(matrix[service]).sort()).toEqual(Object.keys(declared[service].rows).sort())
  })

  it.each(rows)('$service lets the callers of the matrix alone in at $row', async ({ service, row, may }) => {
    for (const who of everyone) {
      const status = await statusOf(service, row, callerOf[who])
      const said = [401, 403].includes(status) ? status : 'let in'
      const refused = isKnown(service, who) ? 403 : 401
      expect([who, said]).toEqual([who, may.includes(who) ? 'let in' : refused])
    }
    for (const flaw of ['expired', 'other-key', 'tampered'] as const)
      expect([flaw, await statusOf(service, row, callers.owner, flaw)]).toEqual([flaw, 401])
  })

  it('the authorization matrix has a row for the token of each service that shows one', () => {
    expect(Object.keys(tokenMatrix).sort()).toEqual([...holders].sort())
  })

  it.each(holders)(
    'the authorization matrix lets the token of %s in where it is named, and nowhere else',
    async (name) => {
      const opened: string[] = []
      for (const { service, row, may } of rows) {
        if (may.length === everyone.length) continue
        const status = await statusOf(service, row, { kind: 'service', name })
        // A subscription that is not there is refused like one that does not name the caller.
        if (![401, 403].includes(status)) opened.push(`${service}: ${row}`)
      }
      expect(opened.sort()).toEqual([...(tokenMatrix[name] ?? [])].sort())
    },
  )

  it.each(guarded)('%s tells everyone its health, whatever they show', async (service) => {
    for (const header of ['', 'nonsense', await access.header(callers.owner, 'expired')])
      expect(
        (
          await connections[service]
            .agent()
            .get('/health')
            .set('Authorization', header ?? '')
        ).status,
      ).toBe(200)
  })
})
