import type { IncomingMessage } from 'node:http'
import { digestsOf, servicesBy } from '@logbook/chassis/access/service-tokens.ts'
import { bearerOf } from '@logbook/chassis/access/verify.ts'
import { complaintsOf } from '@logbook/chassis/health/complaints.ts'
import type { Health } from '@logbook/chassis/health/health.ts'
import { comesFromHere } from '@logbook/chassis/http/loopback.ts'
import {
  type Complaint,
  type HealthDetails,
  type HealthStatus,
  healthDetails,
} from '@logbook/contracts/http/health.ts'
import { scraper } from '@logbook/contracts/identity.ts'
import { z } from 'zod'
import { askService } from './ask-service.ts'
import { limits } from './limits.ts'
import type { LoadState } from './load.ts'

interface ServiceHealth {
  status: HealthStatus | 'down'
  /** How long its answer took, in ms. */
  ms: number
  position?: number
  /** Events that the log has and this service has not read; negative where it has read more than the log holds. */
  lag?: number
  complaints: Complaint[]
}

type HealthOfAll = {
  /** `degraded` where readers are served and something else is wrong; `waiting` where readers are not served. */
  status: HealthStatus
  service: 'gateway'
  /** True where this gateway answers: honestly, also where that is an apology. */
  ready: boolean
  /** Services with which something is wrong. */
  degraded: string[]
  /** What is wrong, and with which service. */
  complaints: (Complaint & { with: string })[]
  services: Record<string, ServiceHealth>
  /** What the gateway itself has taken on. */
  load: LoadState
}

/** Without these there is no page to read. */
const serveReaders = ['query', 'client']

const { ready, position } = healthDetails.shape
/** What counts of a service's own words. One that answers something else says nothing more than that it is there. */
const said = z
  .object({
    status: z.enum(['ok', 'degraded', 'waiting']).optional().catch(undefined),
    ready: ready.optional().catch(undefined),
    position: position.catch(undefined),
    complaints: z
      .array(z.object({ reason: z.string(), detail: z.string() }) as unknown as z.ZodType<Complaint>)
      .catch(() => []),
  })
  .catch(() => ({ complaints: [] }))

const ask = async (url: string, token: string | undefined): Promise<ServiceHealth> => {
  const begun = performance.now()
  const took = () => Math.round(performance.now() - begun)
  try {
    const { status, ready, position, complaints } = said.parse(
      await askService(`${url}/health`, { bytesMax: limits.healthBytesMax, token }),
    )
    return {
      status: ready === false ? 'waiting' : (status ?? 'ok'),
      ms: took(),
      ...(position === undefined ? {} : { position }),
      complaints,
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      status: 'down',
      ms: took(),
      complaints: [{ reason: 'down', detail: `It gives no answer: ${why}.` }],
    }
  }
}

const compareWithLog = (service: ServiceHealth, head: number | undefined): void => {
  if (head === undefined || service.position === undefined) return
  service.lag = head - service.position
  if (service.lag >= 0) return
  if (service.status === 'ok') service.status = 'degraded'
  service.complaints.push({
    reason: 'ahead',
    detail: `It has read ${-service.lag} events more than the log holds: an older log came back.`,
  })
}

interface HealthOptions {
  /** Where each service is. */
  urls: Record<string, string>
  /** What the services let the scraper in by; without it they tell details to this machine alone. */
  scraperToken: string | undefined
  /** What the gateway says of itself. */
  own: () => HealthDetails
  load: () => LoadState
}

/** The health of all, asked at once: who answers, how fast, how far behind the log, and what is wrong. */
const healthOfAll = async ({ urls, scraperToken, own, load }: HealthOptions): Promise<HealthOfAll> => {
  const askThose = (names: readonly string[]) =>
    Promise.all(names.map(async (name) => [name, await ask(urls[name] ?? '', scraperToken)] as const))
  const isLog = (name: string) => name === 'event-bus'
  const names = Object.keys(urls)
  // The log last: asked at the same time, it may be behind a follower that read on meanwhile.
  const others = await askThose(names.filter((name) => !isLog(name)))
  const asked = [...others, ...(await askThose(names.filter(isLog)))]
  const services: Record<string, ServiceHealth> = Object.fromEntries(asked)
  const head = services['event-bus']?.position
  for (const service of Object.values(services)) compareWithLog(service, head)
  const degraded = asked.filter(([, { status }]) => status !== 'ok').map(([name]) => name)
  const complaints = [
    ...complaintsOf(own()).map((complaint) => ({ with: 'gateway', ...complaint })),
    ...asked.flatMap(([name, service]) => service.complaints.map((each) => ({ with: name, ...each }))),
  ]
  const isServed = serveReaders.every((name) => ['ok', 'degraded'].includes(services[name]?.status ?? 'ok'))
  const isWell = degraded.length === 0 && complaints.length === 0
  return {
    status: isServed ? (isWell ? 'ok' : 'degraded') : 'waiting',
    service: 'gateway',
    ready: own().ready,
    degraded,
    complaints,
    services,
    load: load(),
  }
}

/** True for who shows the scraper's token. */
const createIsScraper = (scraperToken: string | undefined) => {
  const serviceOf =
    scraperToken === undefined ? undefined : servicesBy(digestsOf({ [scraper]: scraperToken }))
  return (req: Pick<IncomingMessage, 'headers'>): boolean => {
    const token = bearerOf(req.headers.authorization ?? '')
    return token !== undefined && serviceOf?.(token) !== undefined
  }
}

/** The health of the gateway and of all services, who may read it in detail, and the state while closing. */
export const createHealth = (options: Omit<HealthOptions, 'own'>) => {
  const isScraper = createIsScraper(options.scraperToken)
  let ready = true
  let asking: Promise<HealthOfAll> | undefined
  const own = (): Health => {
    const lanes = Object.values(options.load().requests)
    return { ready, connections: { queued: lanes.reduce((sum, { waiting }) => sum + waiting, 0) } }
  }
  return {
    own,
    /** Callers at the same time share one round of questions: no crowd of them becomes many crowds behind. */
    ofAll(): Promise<HealthOfAll> {
      asking ??= healthOfAll({ ...options, own }).finally(() => {
        asking = undefined
      })
      return asking
    },
    isScraper,
    /** True for who may know what is inside: programs of this machine, and the scraper. */
    mayKnow: (req: IncomingMessage): boolean => comesFromHere(req) || isScraper(req),
    closing: () => {
      ready = false
    },
  }
}
