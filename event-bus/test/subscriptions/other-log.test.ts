import { copyFile } from 'node:fs/promises'
import { systemClock } from '@logbook/chassis/clock.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { thinned } from '@logbook/event-bus/subscriptions/marks.ts'
import { restoreLog } from '@logbook/event-bus/tool/restore.ts'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { positions, startSubscribedBus, tokens } from './running.ts'

type Bus = Awaited<ReturnType<typeof startSubscribedBus>>

const pull = { mode: 'pull', leaseMs: 3_600_000 }
const named = (from: number, to: number, name = 's') =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ subject: `${name}-${from + index}` }))
const keep = (folder: string) => copyFile(`${folder}/log.sqlite`, `${folder}/kept.sqlite`)
const putBack = (folder: string) => copyFile(`${folder}/kept.sqlite`, `${folder}/log.sqlite`)
const restore = (folder: string) =>
  restoreLog({
    ...{ log: `${folder}/log.sqlite`, from: `${folder}/kept.sqlite`, force: true, clock: systemClock },
    progress: { at: () => {}, end: () => {} },
  })
const appendApart = async (file: string, subjects: readonly { subject: string }[]) => {
  const log = openLog(file)
  await log.append(subjects.map(({ subject }) => [completeEvent({ subject })]))
  await log.close()
}

/** A bus with six events of which a copy is kept, and four after that; `readers` has taken all, and each token is in its place. */
const readToTen = async (): Promise<{ bus: Bus; held: number[] }> => {
  const bus = await startSubscribedBus()
  await bus.append(...named(1, 6))
  await bus.put('readers', pull)
  const first = await vi.waitFor(async () => {
    expect((await bus.status('readers')).outstanding).toBe(6)
    return bus.claim('readers', { max: 6 })
  })
  await bus.restart(keep)
  await bus.append(...named(7, 10))
  const then = await vi.waitFor(async () => {
    expect((await bus.status('readers')).outstanding).toBe(10)
    return bus.claim('readers', { max: 4 })
  })
  expect(positions([...first, ...then])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  return { bus, held: tokens([...first, ...then]) }
}
const tokenAt = (held: readonly number[], position: number) => held[position - 1]
const subjectsOf = (claimed: Awaited<ReturnType<Bus['claim']>>) => claimed.map(({ event }) => event.subject)

describe('a subscription of another log', () => {
  it('a subscription goes back to where a restored log diverges, records that, and gets every new event', async () => {
    const { bus, held } = await readToTen()
    await bus.post('readers', 'ack', { tokens: held.filter((_, index) => ![2, 3, 6, 7].includes(index)) })
    for (const position of [3, 7])
      await bus.post('readers', 'nack', { token: tokenAt(held, position), action: 'park' })
    await bus.restart(restore)
    const { reset, epoch } = await bus.status('readers')
    expect(reset).toMatchObject({ from: 10, to: 6, reason: 'log-restored', at: expect.any(String) })
    // Leases of the old run acknowledge nothing any more, be it of an event that both logs have.
    for (const position of [4, 8])
      expect((await bus.post('readers', 'ack', { token: tokenAt(held, position) })).status).toBe(409)
    await bus.append(...named(7, 12, 'new'))
    // Beyond where they part, what was parked is of another event, and is parked no more.
    expect(await bus.parked('readers')).toMatchObject([{ position: 3 }])
    await bus.post('readers', 'parked/replay', {})
    const claimed = await vi.waitFor(async () => {
      expect((await bus.status('readers')).outstanding).toBe(8)
      return bus.claim('readers', { max: 20 })
    })
    expect(subjectsOf(claimed)).toEqual([
      ...['s-3', 's-4'],
      ...['new-7', 'new-8', 'new-9', 'new-10', 'new-11', 'new-12'],
    ])
    expect(claimed[0]).toMatchObject({ epoch, log: { epoch: 2 } })
    await bus.post('readers', 'ack', { tokens: tokens(claimed) })
    expect(await bus.proof('readers')).toMatchObject({ ok: true, after: 6, upTo: 12, acknowledged: 6 })
    await bus.restart()
    expect(await bus.status('readers')).toMatchObject({ reset, epoch, place: 12 })
  })

  it('a subscription goes back to the end of an older copy that was put in place by hand', async () => {
    const { bus, held } = await readToTen()
    await bus.post('readers', 'ack', { tokens: held })
    await bus.restart(putBack)
    expect((await bus.status('readers')).reset).toMatchObject({ from: 10, to: 6, reason: 'log-differs' })
    // Neither a proof nor a claim asks the shorter log for what it has not.
    expect(await bus.proof('readers')).toMatchObject({ ok: true, upTo: 6 })
    expect(await bus.post('readers', 'claim', {})).toMatchObject({ status: 200, body: [] })
  })

  it('a copy that diverges before the cursor and has grown past it is found by checksums', async () => {
    const { bus, held } = await readToTen()
    await bus.post('readers', 'ack', { tokens: held })
    await bus.restart(async (folder) => {
      await appendApart(`${folder}/kept.sqlite`, named(7, 14, 'other'))
      await putBack(folder)
    })
    expect((await bus.status('readers')).reset).toMatchObject({ from: 10, to: 6, reason: 'log-differs' })
    const claimed = await vi.waitFor(async () => {
      expect((await bus.status('readers')).outstanding).toBe(8)
      return bus.claim('readers', { max: 20 })
    })
    expect(subjectsOf(claimed)).toEqual(named(7, 14, 'other').map(({ subject }) => subject))
  })

  it('a subscription begins again in a log of another id, and stays in one with the same events so far', async () => {
    const { bus, held } = await readToTen()
    await bus.post('readers', 'ack', { tokens: held.slice(0, 6) })
    await bus.restart(async (folder) => {
      await appendApart(`${folder}/another.sqlite`, named(1, 12, 'foreign'))
      await copyFile(`${folder}/another.sqlite`, `${folder}/log.sqlite`)
    })
    expect((await bus.status('readers')).reset).toMatchObject({ from: 10, to: 0, reason: 'other-log' })
    await bus.put('late', pull)
    await vi.waitFor(async () => expect((await bus.status('late')).outstanding).toBe(12))
    await bus.restart(keep)
    await bus.append({ subject: 'more' })
    await vi.waitFor(async () => expect((await bus.status('late')).outstanding).toBe(13))
    await bus.restart(restore)
    await vi.waitFor(async () => expect((await bus.status('late')).outstanding).toBe(12))
    expect((await bus.status('late')).reset).toMatchObject({ from: 13, to: 12 })
    await bus.restart(async (folder) => {
      await keep(folder)
      await restore(folder)
    })
    expect((await bus.status('late')).reset).toMatchObject({ from: 13, to: 12 })
  })

  it('a subscription that began at the end without an event since is recognised as one of another log', async () => {
    const bus = await startSubscribedBus()
    await bus.append(...named(1, 3))
    await bus.restart(keep)
    await bus.append(...named(4, 5))
    await bus.put('late', { ...pull, from: 'now' })
    await vi.waitFor(() => expect(bus.db().prepare('SELECT position FROM marks').pluck().all()).toEqual([5]))
    await bus.restart(async (folder) => {
      await appendApart(`${folder}/kept.sqlite`, named(4, 8, 'other'))
      await putBack(folder)
    })
    expect((await bus.status('late')).reset).toMatchObject({ from: 5, reason: 'log-differs' })
    const claimed = await vi.waitFor(async () => {
      const some = await bus.claim('late', { max: 20 })
      expect(some).not.toEqual([])
      return some
    })
    expect(subjectsOf(claimed)).toEqual(expect.arrayContaining(['other-4', 'other-5', 'other-8']))
  })

  it('a subscription from before identities is left alone, and a requested reset is recorded', async () => {
    const { bus, held } = await readToTen()
    await bus.post('readers', 'ack', { tokens: held })
    await bus.restart()
    bus.db().exec('UPDATE runs SET log_id = NULL, log_epoch = NULL; DELETE FROM marks')
    await bus.restart()
    expect(await bus.status('readers')).toMatchObject({ reset: null, place: 10 })
    await bus.post('readers', 'reset', { position: 4 })
    expect((await bus.status('readers')).reset).toMatchObject({ from: 10, to: 4, reason: 'asked' })
  })
})

it('a log that is shorter than the cursor is reported by proof and claim at once', async () => {
  const { bus } = await readToTen()
  await bus.restart()
  bus.db().exec('UPDATE runs SET cursor = 99')
  await bus.restart()
  expect((await bus.status('readers')).reset).toMatchObject({ from: 99, to: 10 })
  expect(await bus.proof('readers')).toMatchObject({ ok: true })
})

it('marks stay few, with one in each doubling of the distance from the newest', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 300 }), (steps) => {
      let marks: { position: number; checksum: string }[] = []
      const all: number[] = []
      let position = 0
      for (const step of steps) {
        position += step
        all.push(position)
        marks = thinned([...marks, { position, checksum: '' }])
      }
      expect(marks.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(position + 1)) + 2)
      const kept = marks.map((mark) => mark.position)
      expect(kept).toEqual([...kept].sort((one, other) => one - other))
      for (const parted of all) {
        const before = all.filter((each) => each <= parted).at(-1) ?? 0
        const nearest = kept.filter((each) => each <= parted).at(-1) ?? 0
        expect(position - nearest).toBeLessThanOrEqual(4 * (position - before) + 2 * 50)
      }
    }),
    cases(25),
  )
})
