import { importAll } from '@logbook/chassis/command/import-all.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const schema = z.strictObject({ key: z.string() })

/** A log that takes several together only where each is new and welcome. */
const importingInto = (log: string[], { isHere = (_: string): boolean => false } = {}) => {
  const appends: string[][] = []
  const mustBeWelcome = (key: string) => {
    if (key.startsWith('bad')) throw new Problem('invalid', { detail: `${key} can't come` })
    if (key.startsWith('away')) throw new Problem('unavailable')
  }
  const importing = {
    schema,
    idOf: ({ key }: { key: string }) => `id of ${key}`,
    isHere,
    async importNew(items: readonly { key: string }[]) {
      const keys = items.map(({ key }) => key)
      for (const [index, key] of keys.entries()) {
        mustBeWelcome(key)
        if (log.includes(key) || keys.indexOf(key) < index) throw new Problem('version-conflict')
      }
      log.push(...keys)
      appends.push(keys)
    },
    async importOne({ key }: { key: string }) {
      mustBeWelcome(key)
      if (log.includes(key)) return false
      log.push(key)
      appends.push([key])
      return true
    },
  }
  return { importing, appends }
}

describe('the items of an import', () => {
  it('come in one append where all are new, and those that the view knows are left out of it', async () => {
    const log = ['here']
    const { importing, appends } = importingInto(log, { isHere: (id) => id === 'id of here' })
    const items = ['a', 'here', 'b', 'c'].map((key) => ({ key }))
    expect(await importAll([...items, { key: 7 }, null], importing)).toMatchObject([
      { outcome: 'imported', key: 'a', id: 'id of a' },
      { outcome: 'unchanged', key: 'here', id: 'id of here' },
      { outcome: 'imported', key: 'b' },
      { outcome: 'imported', key: 'c' },
      { outcome: 'refused', key: '', reason: expect.stringContaining('key: ') },
      { outcome: 'refused', key: '' },
    ])
    expect(appends).toEqual([['a', 'b', 'c']])
  })

  it('are each imported, unchanged or refused as they would be alone, in their order, whatever the others are', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'bad', 'bad too')
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 12 }),
        fc.array(key, { maxLength: 3 }),
        async (keys, seen) => {
          const before = [...new Set(seen.filter((each) => !each.startsWith('bad')))]
          const log = [...before]
          const { importing } = importingInto(log)
          const outcomes = await importAll(
            keys.map((each) => ({ key: each })),
            importing,
          )
          expect(outcomes.map(({ outcome, key: of }) => [of, outcome])).toEqual(
            keys.map((each, index) => [
              each,
              each.startsWith('bad')
                ? 'refused'
                : before.includes(each) || keys.indexOf(each) < index
                  ? 'unchanged'
                  : 'imported',
            ]),
          )
          const fresh = keys.filter((each) => !each.startsWith('bad') && !before.includes(each))
          expect(log).toEqual([...before, ...new Set(fresh)])
        },
      ),
      cases(100),
    )
  })

  it('take few appends where one of many is refused', async () => {
    const { importing, appends } = importingInto([])
    const keys = Array.from({ length: 500 }, (_, n) => (n === 321 ? 'bad' : `k${n}`))
    const outcomes = await importAll(
      keys.map((each) => ({ key: each })),
      importing,
    )
    expect(outcomes.filter(({ outcome }) => outcome !== 'imported')).toEqual([
      { outcome: 'refused', key: 'bad', reason: "bad can't come" },
    ])
    expect(appends.length).toBeLessThanOrEqual(9)
  })

  it('are the whole request where the way is faulty, which can be made again', async () => {
    const { importing } = importingInto([])
    await expect(importAll([{ key: 'a' }, { key: 'away' }], importing)).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})
