import { setImmediate as afterIo } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../src/files/sqlite.ts'
import { type Due, Reactions, reactionTables } from '../../src/follow/reactions.ts'
import { silentLogger } from '../../src/logger.ts'
import { Problem } from '../../src/problem.ts'

const open = () => openDatabase({ file: ':memory:', migrations: [reactionTables], durability: 'normal' })
const all: Reactions<number>[] = []
const reactions = (react: (due: Due<number>) => Promise<void>, db = open()) => {
  const made = new Reactions<number>({ db, logger: silentLogger, react })
  all.push(made)
  return made
}
const due = (position: number, subject = 'a'): Due<number> => ({
  id: `e${position}`,
  position,
  subject,
  payload: position,
})
afterEach(async () => {
  await Promise.all(all.splice(0).map((each) => each.stop()))
})

describe('reactions', () => {
  it('happen once for each event, in order within a subject', async () => {
    const done: string[] = []
    const each = reactions(async ({ position, subject }) => void done.push(`${subject}${position}`))
    for (const item of [due(1), due(2, 'b'), due(3), due(3), due(4, 'b')]) each.due(item)
    each.wake()
    await vi.waitFor(() => expect(each.status()).toEqual({ due: 0, parked: 0 }))
    expect(done.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a3'])
    expect(done.filter((name) => name.startsWith('b'))).toEqual(['b2', 'b4'])
  })

  it('are not owed when the answer stands in the log already', async () => {
    const done: number[] = []
    const each = reactions(async ({ position }) => void done.push(position))
    each.due(due(1))
    each.due(due(2))
    each.settled('e1')
    each.wake()
    await vi.waitFor(() => expect(each.status().due).toBe(0))
    expect(done).toEqual([2])
  })

  it('survive the end of the process', async () => {
    const db = open()
    reactions(() => Promise.reject(new Error('never called')), db).due(due(1))
    const done: number[] = []
    const later = reactions(async ({ position }) => void done.push(position), db)
    later.wake()
    await vi.waitFor(() => expect(done).toEqual([1]))
  })

  it('that were parked are listed with their reason, and tried again when the operator says so', async () => {
    const db = open()
    let broken = true
    const done: number[] = []
    const each = reactions(async ({ position }) => {
      if (broken) throw new Error('The rule is broken.')
      done.push(position)
    }, db)
    for (const position of [1, 2, 3]) each.due(due(position, `s${position}`))
    // The next attempt is the last one.
    db.exec('UPDATE reaction SET attempts = 7')
    each.wake()
    await vi.waitFor(() => expect(each.status()).toEqual({ due: 3, parked: 3 }))
    const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(await each.parked.list(2)).toEqual([
      { id: 'e1', subject: 's1', reason: 'The rule is broken.', since },
      { id: 'e2', subject: 's2', reason: 'The rule is broken.', since },
    ])
    broken = false
    expect(await each.parked.retry('e2')).toBe(1)
    await vi.waitFor(() => expect(each.status()).toEqual({ due: 2, parked: 2 }))
    expect(await each.parked.retry('e2')).toBe(0)
    expect(await each.parked.retry()).toBe(2)
    await vi.waitFor(() => expect(each.status()).toEqual({ due: 0, parked: 0 }))
    expect(done).toEqual([2, 1, 3])
  })

  it('wait out a bus that is away, however long, without counting it against them', async () => {
    let away = 12
    const each = reactions(async () => {
      if (away-- > 0) throw new Problem('unavailable')
    }, open())
    vi.spyOn(Math, 'random').mockReturnValue(-1)
    each.due(due(1))
    each.wake()
    await vi.waitFor(() => expect(each.status()).toEqual({ due: 0, parked: 0 }))
    vi.restoreAllMocks()
  })

  it('that end the process are parked after as many attempts as others, and stop no other reaction', async () => {
    const db = open()
    const tried: number[] = []
    const answered: number[] = []
    const noting = reactions(() => Promise.reject(new Error('never called')), db)
    for (const item of [due(1, 'innocent'), due(2, 'poison'), due(3, 'other')]) noting.due(item)
    for (let life = 1; life <= 10; life += 1) {
      const killed = Promise.withResolvers<void>()
      // What is under way when the process ends comes to no end of its own.
      const each = reactions(async ({ position, subject }) => {
        if (subject === 'poison') {
          tried.push(life)
          killed.resolve()
        } else await afterIo()
        if (tried.at(-1) === life) await new Promise(() => {})
        answered.push(position)
      }, db)
      each.wake()
      if (life <= 8) await killed.promise
      else await vi.waitFor(() => expect(each.status()).toEqual({ due: 1, parked: 1 }))
    }
    expect(tried).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(answered).toEqual([1, 3])
    // None of these lives can be stopped in order.
    all.splice(0)
  })

  it('are tried again later, not in a tight circle', async () => {
    let tries = 0
    const each = reactions(() => {
      tries += 1
      return Promise.reject(tries > 1_000 ? new Error('enough') : new Problem('unavailable'))
    })
    each.due(due(1))
    each.wake()
    await vi.waitFor(() => expect(tries).toBeGreaterThan(2))
    expect(tries).toBeLessThan(100)
  })

  it('that keep failing are parked with those behind them of the same subject, and the others flow', async () => {
    const done: number[] = []
    const each = reactions(async ({ position, subject }) => {
      if (subject === 'bad') throw new Error('no')
      done.push(position)
    })
    vi.spyOn(Math, 'random').mockReturnValue(-1)
    for (const item of [due(1, 'bad'), due(2, 'bad'), due(3), due(4)]) each.due(item)
    each.wake()
    await vi.waitFor(() => expect(each.status()).toEqual({ due: 2, parked: 1 }))
    expect(done).toEqual([3, 4])
    vi.restoreAllMocks()
  })
})
