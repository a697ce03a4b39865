import type { DomainEvent, RecordedEvent } from '@logbook/contracts/envelope.ts'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Command } from '../../src/command/command.ts'
import { CommandHandler } from '../../src/command/command-handler.ts'
import { systemIds } from '../../src/ids.ts'
import type { Bus } from '../../src/log/bus.ts'
import { Problem } from '../../src/problem.ts'
import { cases } from '../../src/testing/cases.ts'
import { exchangeableBus } from '../../src/testing/exchangeable-bus.ts'
import { busOver } from '../../src/testing/memory-bus.ts'
import { copyOfLog, memoryLog } from '../../src/testing/memory-log.ts'

type Added = { type: 'Added'; data: { n: number } }

const boot = (bus: Bus = busOver(memoryLog())) => {
  const handler = new CommandHandler<number, Added>({
    bus,
    ids: systemIds,
    source: '/counters',
    initial: 0,
    evolve: (sum, { data }) => sum + data.n,
    decode: (recorded) =>
      recorded.type === 'Added'
        ? { kind: 'event', event: recorded as unknown as Added }
        : { kind: 'foreign' },
    dataVersion: () => 1,
  })
  return { bus, handler }
}
const add = (n: number, subject = 'counter'): DomainEvent => ({ type: 'Added', subject, data: { n } })
const adding = (n: number, rest: Partial<Command<number>> = {}): Command<number> => ({
  subject: 'counter',
  decide: () => [add(n)],
  ...rest,
})

describe('streams begun together', () => {
  const subjects = async (bus: Bus) =>
    (await bus.read({ after: 0, limit: 100 })).events.map(({ subject }) => subject)
  const beginning = (...names: string[]) =>
    names.map((subject) => adding(1, { subject, decide: () => [add(1, subject), add(2, `${subject}-more`)] }))

  it('are one append, in the order of the commands', async () => {
    const { bus, handler } = boot()
    const append = vi.spyOn(bus, 'append')
    await handler.beginAll(beginning('b', 'a'))
    expect(append).toHaveBeenCalledTimes(1)
    expect(await subjects(bus)).toEqual(['b', 'b-more', 'a', 'a-more'])
    const more = { subject: 'a', decide: () => [add(2, 'a')] }
    expect(await handler.handle(more)).toMatchObject({ state: 3, version: 2 })
  })

  it.each([
    ['one of them exists', ['new', 'old']],
    ['one is named twice', ['new', 'new']],
  ])('are none where %s', async (_, names) => {
    const { bus, handler } = boot()
    await handler.handle(adding(1, { subject: 'old', decide: () => [add(1, 'old')] }))
    await expect(handler.beginAll(beginning(...names))).rejects.toMatchObject({ code: 'version-conflict' })
    expect(await subjects(bus)).toEqual(['old'])
  })
})

describe('a command', () => {
  it('decides from the state that the log has, and answers with the state after it', async () => {
    const { handler } = boot()
    await handler.handle(adding(2))
    const seen: number[] = []
    const answer = await handler.handle({
      subject: 'counter',
      decide: (sum, version) => {
        seen.push(sum, version)
        return [add(sum * 10)]
      },
    })
    expect(seen).toEqual([2, 1])
    expect(answer).toEqual({ state: 22, version: 2, position: 2 })
  })

  it('that decides nothing appends nothing and answers with the state as it is', async () => {
    const { handler } = boot()
    await handler.handle(adding(2))
    expect(await handler.handle({ subject: 'counter', decide: () => [] })).toEqual({
      state: 2,
      version: 1,
      position: 1,
    })
  })

  it('that is refused appends nothing', async () => {
    const { bus, handler } = boot()
    const refusing = adding(1, {
      decide: () => {
        throw new Problem('conflict')
      },
    })
    await expect(handler.handle(refusing)).rejects.toMatchObject({ code: 'conflict' })
    expect(await bus.readStream('counter')).toEqual([])
  })

  it('decides again when another process was first: all count, and each has a place of its own', async () => {
    const { bus, handler } = boot()
    const other = boot(bus).handler
    const decide = (sum: number) => [add(sum + 1 - sum)]
    const all = Array.from({ length: 16 }, (_, index) =>
      (index % 2 ? handler : other).handle(adding(0, { decide })),
    )
    const answers = await Promise.all(all)
    expect(await handler.load('counter')).toMatchObject({ state: 16, version: 16 })
    expect(new Set(answers.map(({ position }) => position)).size).toBe(16)
  })

  it('waits its turn on its stream: a thousand at once all count, and a refused one delays no other', async () => {
    const { handler } = boot()
    const refused = adding(0, {
      decide: () => {
        throw new Problem('conflict')
      },
    })
    const all = Array.from({ length: 1_000 }, (_, index) =>
      handler.handle(index % 10 === 0 ? refused : adding(1)),
    )
    await Promise.allSettled(all)
    expect((await handler.load('counter')).state).toBe(900)
  })

  it('does not wait for ever behind others of its stream while the bus is away', async () => {
    vi.useFakeTimers()
    const away = () =>
      new Promise<never>((_, reject) => setTimeout(() => reject(new Problem('unavailable')), 10_000))
    const { handler } = boot({ ...busOver(memoryLog()), readStream: away })
    const all = Promise.allSettled(Array.from({ length: 50 }, () => handler.handle(adding(1))))
    await vi.advanceTimersByTimeAsync(11_000)
    expect((await all).every(({ status }) => status === 'rejected')).toBe(true)
    vi.useRealTimers()
  })

  it('with the version that the caller saw is refused once the stream has moved', async () => {
    const { handler } = boot()
    await handler.handle(adding(1))
    expect((await handler.handle(adding(1, { ifMatch: 1 }))).version).toBe(2)
    await expect(handler.handle(adding(1, { ifMatch: 1 }))).rejects.toMatchObject({
      code: 'precondition-failed',
      details: { extensions: { actual: 2 } },
    })
  })

  it('asks the log for nothing before it appends where the state is at hand, and for all of it where that led to nothing', async () => {
    const bus = busOver(memoryLog())
    const readStream = vi.spyOn(bus, 'readStream')
    const { handler } = boot(bus)
    const order: string[] = []
    const noting = (rest: Partial<Command<number>> = {}) => {
      readStream.mockClear()
      return adding(1, {
        ...rest,
        decide: (sum) => {
          order.push(`${sum} after ${readStream.mock.calls.length} reads`)
          return sum < 3 ? [add(1)] : []
        },
      })
    }
    await handler.handle(noting({ isNew: true }))
    await handler.handle(noting())
    // Another process moves the stream: what is at hand is not true any more, and the append says so.
    await boot(bus).handler.handle(adding(1))
    expect(await handler.handle(noting())).toMatchObject({ state: 3, version: 3 })
    expect(order).toEqual(['0 after 0 reads', '1 after 0 reads', '2 after 0 reads', '3 after 1 reads'])
  })

  it('folds what it appended as the log has it, without asking for it', async () => {
    const bus = busOver(memoryLog(), { now: () => new Date(86_400_000) })
    const folded: unknown[] = []
    const noting = new CommandHandler<number, RecordedEvent>({
      ...{ bus, ids: systemIds, source: '/counters', initial: 0, dataVersion: () => 3 },
      evolve: (count, event) => {
        folded.push(event)
        return count + 1
      },
      decode: (recorded) => ({ kind: 'event', event: recorded }),
    })
    const readStream = vi.spyOn(bus, 'readStream')
    const decide = (count: number): DomainEvent[] => [
      { ...add(count), data: { n: count, left: undefined } },
      add(7, 'other'),
      add(8),
    ]
    const command = { ...adding(0, { decide }), correlationId: 'the-request' }
    await noting.handle({ ...command, isNew: true })
    expect(await noting.handle(command)).toEqual({ state: 4, version: 4, position: 6 })
    expect(readStream).not.toHaveBeenCalled()
    expect(folded).toEqual(await bus.readStream('counter'))
  })

  it('is refused by what the log has, never by what was at hand', async () => {
    const { bus, handler } = boot()
    await handler.handle(adding(1))
    await boot(bus).handler.handle(adding(1))
    const onlyAtTwo = adding(0, {
      decide: (sum) => {
        if (sum !== 2) throw new Problem('conflict')
        return [add(5)]
      },
    })
    expect(await handler.handle(onlyAtTwo)).toMatchObject({ state: 7, version: 3 })
  })

  it('that takes a stream for new which is not decides again from what it holds', async () => {
    const { bus, handler } = boot()
    await boot(bus).handler.handle(adding(4))
    const seen: number[] = []
    const answer = await handler.handle(
      adding(1, {
        isNew: true,
        decide: (sum) => {
          seen.push(sum)
          return [add(1)]
        },
      }),
    )
    expect([seen, answer.state]).toEqual([[0, 4], 5])
  })

  it('leaves a conflict on another stream to its caller, with nothing appended', async () => {
    const { bus, handler } = boot()
    const reserving = (subject: string) =>
      adding(1, { subject, decide: () => [add(1, subject), { ...add(1, 'name'), expectedVersion: 'none' }] })
    await handler.handle(reserving('a'))
    await expect(handler.handle(reserving('b'))).rejects.toMatchObject({
      code: 'version-conflict',
      details: { extensions: { subject: 'name', actual: 1 } },
    })
    expect(await bus.readStream('b')).toEqual([])
  })
})

describe('a command with an idempotency id', () => {
  const once = (digest = 'd'): Partial<Command<number>> => ({ idempotency: { id: 'key-1', digest } })
  const twoEvents = (rest: Partial<Command<number>>) =>
    adding(0, { decide: (sum) => [add(5), add(sum)], ...rest })

  it('is answered the second time as it was the first, whatever happened since', async () => {
    const { bus, handler } = boot()
    await handler.handle(adding(1))
    const first = await handler.handle(twoEvents(once()))
    await handler.handle(adding(100))
    const second = await handler.handle(twoEvents(once()))
    expect(second).toEqual(first)
    expect(await bus.readStream('counter')).toHaveLength(4)
  })

  it('is answered so where its stream is taken for new, by this process and by another', async () => {
    const { bus, handler } = boot()
    const isNew = { ...once(), isNew: true }
    const first = await handler.handle(twoEvents(isNew))
    await handler.handle(adding(100))
    expect(await handler.handle(twoEvents(isNew))).toEqual(first)
    expect(await boot(bus).handler.handle(twoEvents(isNew))).toEqual(first)
    const other = boot(bus).handler.handle(twoEvents({ ...once('another'), isNew: true }))
    await expect(other).rejects.toMatchObject({ code: 'id-conflict' })
    expect(await bus.readStream('counter')).toHaveLength(3)
  })

  it('is a conflict when it comes with another request', async () => {
    const { handler } = boot()
    await handler.handle(adding(1, once()))
    await expect(handler.handle(adding(1, once('other')))).rejects.toMatchObject({ code: 'id-conflict' })
  })

  it('happens once even when it comes fifty times at once', async () => {
    const { bus, handler } = boot()
    const answers = await Promise.all(Array.from({ length: 50 }, () => handler.handle(twoEvents(once()))))
    expect(await bus.readStream('counter')).toHaveLength(2)
    expect(new Set(answers.map(({ state, version }) => `${state} ${version}`))).toEqual(new Set(['5 2']))
  })
})

describe('a command that answers an event', () => {
  it('happens once for each event and stream, also when a later one came between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }), async (causes) => {
        const { handler } = boot()
        for (const cause of causes) await handler.handle(adding(cause, { causationId: `event-${cause}` }))
        const expected = [...new Set(causes)].reduce((sum, cause) => sum + cause, 0)
        expect((await handler.load('counter')).state).toBe(expected)
      }),
      cases(25),
    )
  })
})

describe('what is at hand of the log', () => {
  it('is dropped when asked, also what is on its way', async () => {
    const { bus, handler } = boot()
    await handler.handle(adding(2))
    const asked: (number | undefined)[] = []
    let held: (() => void) | undefined
    const slow = {
      ...bus,
      async readStream(subject: string, after?: number) {
        asked.push(after)
        const events = await bus.readStream(subject, after)
        if (held === undefined) await new Promise<void>((resolve) => (held = resolve))
        return events
      },
    }
    const other = boot(slow).handler
    const loading = other.load('counter')
    await vi.waitFor(() => expect(held).toBeDefined())
    other.forget()
    held?.()
    await loading
    await other.load('counter')
    await other.load('counter')
    // The first was under way when it was forgotten, the second filled the memory, the third came from there.
    expect(asked).toEqual([0, 0, 1])
  })
})

describe('a log that was restored', () => {
  const restored = async () => {
    const log = memoryLog()
    const { bus, exchange } = exchangeableBus(log)
    const { handler } = boot(bus)
    await handler.handle(adding(2))
    const before = bus.agreed.current
    await handler.handle(adding(3))
    const copy = await copyOfLog(log, { upTo: 1, by: 'restore' })
    // The stream has as many versions as the lost one had: they alone do not tell the two apart.
    await busOver(copy).append([{ id: 'else', source: '/else', ...add(10) }])
    exchange(copy)
    return { bus, copy, handler, before }
  }

  it('takes nothing that was decided by what it has lost, until the service agrees with it', async () => {
    const { bus, copy, handler } = await restored()
    await expect(handler.handle(adding(1))).rejects.toMatchObject({
      code: 'unavailable',
      details: { retryAfter: 1 },
    })
    await expect(handler.load('counter')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(handler.handle(adding(1, { subject: 'new', isNew: true }))).rejects.toThrow('was restored')
    expect(copy.head()).toBe(2)
    bus.agreed.agree(copy.identity)
    const seen: number[] = []
    const decide = (sum: number) => {
      seen.push(sum)
      return [add(1)]
    }
    expect(await handler.handle({ subject: 'counter', decide })).toMatchObject({ state: 13, version: 3 })
    // The states at hand were dropped with the log that they were of.
    expect(seen).toEqual([12])
  })

  it('takes nothing of a command that began before the service agreed', async () => {
    const { bus, copy, handler, before } = await restored()
    bus.agreed.agree(copy.identity)
    await expect(handler.handle(adding(1, { log: before }))).rejects.toMatchObject({ code: 'unavailable' })
    expect(copy.head()).toBe(2)
  })
})
