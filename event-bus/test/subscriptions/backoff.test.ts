import { setImmediate as afterIo } from 'node:timers/promises'
import { systemClock } from '@logbook/chassis/clock.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { putSubscription } from '@logbook/contracts/http/subscriptions.ts'
import { feedFromLog } from '@logbook/event-bus/subscriptions/feeder.ts'
import { pushDeliveries } from '@logbook/event-bus/subscriptions/pusher.ts'
import { subscriptionStore } from '@logbook/event-bus/subscriptions/store.ts'
import { Subscription } from '@logbook/event-bus/subscriptions/subscription.ts'
import { createFence } from '@logbook/event-bus/subscriptions/subscription-state.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { expect, it, onTestFinished } from 'vitest'

/** A subscription that posts to nowhere, and what ends the loops that work for it. */
const subscribed = () => {
  const store = subscriptionStore(openSubscriptions(':memory:'))
  const settings = putSubscription.parse({ mode: 'push', url: 'http://127.0.0.1:9/' })
  const { run } = store.create({
    ...{ name: 's', revision: 1, settings, state: 'active', fault: null, createdAt: 0 },
    ...{ origin: 0, cursor: 0, previous: 0, sequence: 0, attempts: 0, acknowledged: 0, skipped: 0 },
    ...{ logId: null, logEpoch: null, moved: null },
  })
  const parts = { store, fence: createFence(0), clock: systemClock, random: () => 1 }
  const subscription = new Subscription(run, parts)
  const ended = new AbortController()
  const loops: Promise<void>[] = []
  onTestFinished(async () => {
    ended.abort()
    await Promise.all(loops)
    subscription.abandon()
  })
  return { subscription, ended: ended.signal, loops }
}

/** As many turns of the event loop as a loop without a pause would use for as many tries. */
const manyTurns = async () => {
  for (let turn = 0; turn < 1_000; turn += 1) await afterIo()
}
const fewMax = 50

it('an unreadable log is retried later, not in a tight loop', async () => {
  const { subscription, ended, loops } = subscribed()
  const log = memoryLog()
  await log.append([[completeEvent()]])
  let reads = 0
  const read = () => {
    reads += 1
    return Promise.reject(new Error('no'))
  }
  loops.push(feedFromLog(subscription, { store: { ...log, read }, logger: silentLogger, ended }))
  await manyTurns()
  expect(reads).toBeGreaterThan(0)
  expect(reads).toBeLessThan(fewMax)
})

it('an unwritable subscriptions file is retried later, not in a tight loop', async () => {
  const { subscription, ended, loops } = subscribed()
  let turns = 0
  subscription.turn = () => {
    turns += 1
    throw new Error('no')
  }
  const pushing = { store: memoryLog(), post: () => Promise.reject(new Error('never called')), ended }
  loops.push(
    pushDeliveries(subscription, { ...pushing, clock: systemClock, logger: silentLogger, graceMs: 0 }).catch(
      () => {},
    ),
  )
  await manyTurns()
  expect(turns).toBeGreaterThan(0)
  expect(turns).toBeLessThan(fewMax)
})
