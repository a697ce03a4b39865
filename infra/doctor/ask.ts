import { existsSync, readFileSync } from 'node:fs'
import { isProblem } from '@logbook/chassis/problem.ts'
import { createQuestionClient, type QuestionClient } from '@logbook/chassis/questions/question-client.ts'
import { healthDetails } from '@logbook/contracts/http/health.ts'
import { healthTopic, serviceReport } from '@logbook/contracts/http/service-report.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { topicGrants } from '@logbook/contracts/token-grants.ts'
import { z } from 'zod'
import {
  addressOf,
  healthPaths,
  type Place,
  type ServiceName,
  startOrder,
  tokenFileOf,
} from '../run/services.ts'
import type { BusFacts, ServiceFacts } from './facts.ts'
import { limits } from './limits.ts'

const causeOf = (error: unknown): string => {
  const { cause } = Object(error) as { cause?: unknown }
  const { code } = Object(cause) as { code?: unknown }
  if (typeof code === 'string') return code
  return error instanceof Error ? error.message : String(error)
}

const get = (url: string, token?: string): Promise<Response> =>
  fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(limits.answerMsMax),
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  })

const busHealth = z.looseObject({
  service: z.literal('event-bus'),
  ...healthDetails.pick({ position: true }).required().shape,
  complaints: serviceReport.shape.complaints,
})

const since = (begun: number): number => Math.round(performance.now() - begun)

/** Asks the bus at its own address, and whether it knows the operator of this data folder. */
const askBus = async (url: string, token: string): Promise<BusFacts> => {
  const begun = performance.now()
  try {
    const health = busHealth.safeParse(await (await get(`${url}/health`, token)).json())
    if (!health.success) return { kind: 'stranger', why: 'What answers there is no event bus.' }
    const { status } = await get(`${url}/questions`, token)
    if (status === 401)
      return { kind: 'stranger', why: 'The event bus there does not know the token of this data folder.' }
    const { position, complaints } = health.data
    return { kind: 'answers', position, complaints, ms: since(begun) }
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'stranger', why: 'What answers there is no event bus.' }
    return { kind: 'silent', why: causeOf(error) }
  }
}

const askAtAddress = async (name: ServiceName, url: string): Promise<ServiceFacts> => {
  const begun = performance.now()
  try {
    const answer = await get(`${url}${healthPaths.live}`)
    await answer.body?.cancel()
    if (answer.ok) return { name, url, kind: 'answers', ms: since(begun) }
    return { name, url, kind: 'silent', why: `it answers ${answer.status}` }
  } catch (error) {
    return { name, url, kind: 'silent', why: causeOf(error) }
  }
}

/** Asks a service over the bus; where it says nothing there, whether it lives at all. */
const askOverBus = async (client: QuestionClient, name: ServiceName, url: string): Promise<ServiceFacts> => {
  const begun = performance.now()
  const asked = Date.now()
  try {
    const { data } = await client.ask(healthTopic(name), null, { timeoutMs: limits.answerMsMax })
    const ms = since(begun)
    const report = serviceReport.parse(data)
    return { name, url, kind: 'reported', report, ms, clockAheadMs: Date.parse(report.now) - asked - ms / 2 }
  } catch (error) {
    const lives = await askAtAddress(name, url)
    if (lives.kind !== 'answers') return lives
    return { name, url, kind: 'mute', why: isProblem(error) ? error.message : causeOf(error) }
  }
}

/** The operator's token of a data folder; undefined where none was made yet. */
const tokenIn = (dataFolder: string): string | undefined => {
  const file = tokenFileOf(operator, dataFolder)
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}

/** Asks the bus, and over it every service at once; those that have no topic, and all where there is no bus, at their addresses. */
export const askAll = async (place: Place): Promise<{ bus: BusFacts; services: ServiceFacts[] }> => {
  const busUrl = addressOf('event-bus', place)
  const token = tokenIn(place.dataFolder)
  const bus: BusFacts =
    token === undefined
      ? { kind: 'silent', why: 'no token was made in this data folder yet' }
      : await askBus(busUrl, token)
  const client = createQuestionClient({ url: busUrl, source: '/doctor', token })
  try {
    const others = startOrder.filter((name) => name !== 'event-bus')
    const services = others.map((name) => {
      const url = addressOf(name, place)
      const isAsked = bus.kind === 'answers' && Object.hasOwn(topicGrants, healthTopic(name))
      return isAsked ? askOverBus(client, name, url) : askAtAddress(name, url)
    })
    return { bus, services: await Promise.all(services) }
  } finally {
    client.close()
  }
}
