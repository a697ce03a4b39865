import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { SubscriptionProof } from '@logbook/contracts/http/subscription-proof.ts'
import type { SubscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import type { ClaimedDelivery } from '@logbook/contracts/http/subscriptions.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import express, { type RequestHandler } from 'express'
import { expect, onTestFinished, vi } from 'vitest'

export interface Answer<Body = unknown> {
  status: number
  headers: Headers
  body: Body
}

export interface Told {
  subject?: string
  type?: string
  data?: unknown
}

/** A bus as its clients see it. */
export const clientOfBus = (url: () => string) => {
  const ask = async <Body = unknown>(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> => {
    const answer = await fetch(url() + path, {
      method,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = /\bjson\b/.test(answer.headers.get('Content-Type') ?? '')
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === '' ? undefined : isJson ? JSON.parse(text) : text) as Body,
    }
  }
  return {
    ask,
    put: (name: string, body: object, headers: Record<string, string> = {}) =>
      ask<SubscriptionStatus>('PUT', `/subscriptions/${name}`, { body, headers }),
    claim: async (name: string, body: object = {}): Promise<ClaimedDelivery[]> =>
      (await ask<ClaimedDelivery[]>('POST', `/subscriptions/${name}/claim`, { body })).body,
    post: <Body = unknown>(name: string, verb: string, body?: object) =>
      ask<Body>('POST', `/subscriptions/${name}/${verb}`, body === undefined ? {} : { body }),
    status: async (name: string) => (await ask<SubscriptionStatus>('GET', `/subscriptions/${name}`)).body,
    proof: async (name: string) => (await ask<SubscriptionProof>('GET', `/subscriptions/${name}/proof`)).body,
    parked: async (name: string) =>
      (await ask<{ position: number; kind: string }[]>('GET', `/subscriptions/${name}/parked`)).body,
    append: async (...events: Told[]): Promise<void> => {
      const body = events.map((event) => ({ type: 'Happened', data: null, ...event }))
      const { status } = await ask('POST', '/events', { body })
      if (status !== 201) throw new Error(`the append was answered ${status}`)
    },
  }
}

/** The whole bus over files of its own, which `restart` opens again as another process would. It ends with the test. */
export const startSubscribedBus = async ({
  clock = systemClock,
  pushAllow = ['loopback'],
  random = () => 0.5,
}: {
  clock?: Clock
  pushAllow?: readonly string[]
  random?: () => number
} = {}) => {
  const folder = temporaryFolder()
  const boot = async () => {
    const store = openLog(`${folder}/log.sqlite`)
    const db = openSubscriptions(`${folder}/subscriptions.sqlite`)
    const bus = createEventBus({
      ...{ store, logger: silentLogger, clock },
      subscriptions: { db, pushAllow, random },
    })
    const listening = await listen(bus.app, { host: '127.0.0.1', port: 0 })
    await bus.start()
    let closed: Promise<void> | undefined
    const close = () =>
      (closed ??= (async () => {
        bus.drain?.()
        await listening.close()
        await bus.close()
      })())
    return { url: listening.url, store, db, close }
  }
  let running = await boot()
  const end = async () => {
    await running.close()
  }
  onTestFinished(end)
  return {
    ...clientOfBus(() => running.url),
    url: () => running.url,
    /** Ends it before the test does, for a test that starts many. */
    end,
    /** The subscriptions' file, for what no client can do. */
    db: () => running.db,
    /** `between` may change the files, `log.sqlite` and `subscriptions.sqlite` in a folder, while nothing has them open. */
    restart: async (between: (folder: string) => unknown = () => {}) => {
      await running.close()
      await between(folder)
      running = await boot()
    },
  }
}

export const positions = (deliveries: readonly ClaimedDelivery[]): number[] =>
  deliveries.map(({ event }) => event.position)

export const tokens = (deliveries: readonly ClaimedDelivery[]): number[] =>
  deliveries.map(({ token }) => token)

/** A bus whose time moves only when told to. */
export const startTimedBus = async () => {
  let clock = fixedClock()
  const bus = await startSubscribedBus({ clock: { now: () => clock.now(), steady: () => clock.steady() } })
  return {
    ...bus,
    pass: (ms: number) => clock.pass(ms),
    /** The wall clock is set, and no time passes. */
    jump: (ms: number) => clock.jump(ms),
    restart: () => {
      clock = clock.restarted()
      return bus.restart()
    },
    /** Claims as soon as the log has been read for the subscription. */
    soon: (name: string, body: object = {}) =>
      vi.waitFor(async () => {
        const claimed = await bus.claim(name, body)
        expect(claimed.length).toBeGreaterThan(0)
        return claimed
      }),
  }
}

/** An ordinary Express application that takes events on a port of its own. */
export const startConsumer = async (handler: RequestHandler): Promise<{ url: string }> => {
  const app = express()
  app.use(express.json({ type: ['application/json', 'application/*+json'], limit: '20mb' }))
  app.post('/events', handler)
  const { url } = await serveForTest(app)
  return { url: `${url}/events` }
}
