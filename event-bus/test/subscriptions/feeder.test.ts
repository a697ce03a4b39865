import { systemClock } from '@logbook/chassis/clock.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { putSubscription } from '@logbook/contracts/http/subscriptions.ts'
import { feedFromLog } from '@logbook/event-bus/subscriptions/feeder.ts'
import { subscriptionStore } from '@logbook/event-bus/subscriptions/store.ts'
import { Subscription } from '@logbook/event-bus/subscriptions/subscription.ts'
import { createFence } from '@logbook/event-bus/subscriptions/subscription-state.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { expect, it, onTestFinished, vi } from 'vitest'

it('a page that was read while the cursor was moved is dropped', async () => {
  const log = memoryLog()
  await log.append(['a', 'b', 'c'].map((subject) => [completeEvent({ subject })]))
  const store = subscriptionStore(openSubscriptions(':memory:'))
  const { run } = store.create({
    ...{ name: 's', revision: 1, settings: putSubscription.parse({ mode: 'pull' }), state: 'active' },
    ...{ fault: null, createdAt: 0, origin: 0, cursor: 0, previous: 0, sequence: 0 },
    ...{ attempts: 0, acknowledged: 0, skipped: 0, logId: null, logEpoch: null, moved: null },
  })
  const fence = createFence(0)
  const subscription = new Subscription(run, { store, fence, clock: systemClock, random: () => 1 })
  const gate = Promise.withResolvers<void>()
  const reads: number[] = []
  const slow: typeof log.read = async (request) => {
    reads.push(request.after)
    const page = await log.read(request)
    await gate.promise
    return page
  }
  const ended = new AbortController()
  const feeding = feedFromLog(subscription, {
    store: { ...log, read: slow },
    ...{ logger: silentLogger, ended: ended.signal },
  })
  onTestFinished(async () => {
    ended.abort()
    await feeding
    subscription.abandon()
  })

  await vi.waitFor(() => expect(reads).toEqual([0]))
  subscription.reset({ position: 2, log: log.identity }, 'asked')
  gate.resolve()

  await vi.waitFor(() => expect(subscription.run.cursor).toBe(3))
  expect([...subscription.state.window.all()].map(({ position }) => position)).toEqual([3])
  expect(reads).toEqual([0, 2])
})
