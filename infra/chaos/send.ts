import { pause } from '@logbook/chassis/async/pause.ts'
import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import { type BusClient, createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { Appended } from '@logbook/contracts/envelope.ts'
import { z } from 'zod'
import { limits } from './limits.ts'
import type { Random } from './random.ts'

/** What came of an append. */
export type Sent =
  | { outcome: 'acknowledged'; events: readonly Appended[] }
  | { outcome: 'refused'; events: readonly []; actualVersion: number }
  | { outcome: 'unknown'; events: readonly [] }

/** Appends atomically. Never throws for a bus that is away. */
export type Send = (events: readonly OutgoingEvent[]) => Promise<Sent>

const unknown: Sent = { outcome: 'unknown', events: [] }
const conflict = z.object({ actual: z.number() })
const refusedAt = (extensions: unknown): Sent => {
  const parsed = conflict.safeParse(extensions)
  return { outcome: 'refused', events: [], actualVersion: parsed.success ? parsed.data.actual : 0 }
}

export interface BusPlace {
  url: string
  token: string
}

/** What services append with: one client for all writers, which merges what they send at a time. */
export const sendMerged = ({ url, token }: BusPlace): { send: Send; close: BusClient['close'] } => {
  const client = createBusClient({
    url,
    token,
    source: '/chaos',
    logger: silentLogger,
    bounds: { tryMsMax: limits.appendMsMax },
  })
  const send: Send = async (events) => {
    try {
      return { outcome: 'acknowledged', events: await client.append(events) }
    } catch (error) {
      if (isProblem(error, 'version-conflict')) return refusedAt(error.details.extensions)
      if (isProblem(error, 'unavailable')) return unknown
      throw error
    }
  }
  return { send, close: () => client.close() }
}

const once = async ({ url, token }: BusPlace, body: string): Promise<Sent> => {
  try {
    const answer = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body,
      signal: AbortSignal.timeout(limits.appendMsMax),
    })
    const json: unknown = await answer.json()
    if (answer.ok) return { outcome: 'acknowledged', events: json as Appended[] }
    if (answer.status === 409) return refusedAt(json)
    if (answer.status >= 500) return unknown
    throw new Error(`POST /events answered ${answer.status}: ${JSON.stringify(json)}`)
  } catch (error) {
    // What fetch throws for a connection that broke, and what is thrown for an answer that did.
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)
      return unknown
    throw error
  }
}

/** Plain requests, one an append. Most are sent again until they are answered, and some are given up. */
export const sendPlainly = (
  bus: BusPlace,
  { random, patienceMs }: { random: Random; patienceMs: number },
): Send => {
  return async (events) => {
    const body = JSON.stringify(events)
    const givesUp = random.chance(0.2)
    for (const end = performance.now() + patienceMs; ; ) {
      const sent = await once(bus, body)
      if (sent.outcome !== 'unknown' || givesUp || performance.now() > end) return sent
      await pause(limits.retryPauseMs)
    }
  }
}
