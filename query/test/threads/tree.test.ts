import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OutlineRow, threadOf } from '../../src/threads/tree.ts'

const row = (
  id: string,
  parentId: string | null = null,
  status: OutlineRow['status'] = 'approved',
): OutlineRow => ({ id, parentId, status, createdMs: 0, firstPosition: 0 })
const shown = (rows: OutlineRow[]): { id: string; parentId: string | null }[] =>
  threadOf(rows).nodes.map(({ row: { id }, parent }) => ({ id, parentId: parent?.row.id ?? null }))
const idsOf = (rows: OutlineRow[]) => shown(rows).map(({ id }) => id)

describe('a thread', () => {
  it.each([
    ['in order of creation', [row('a'), row('b'), row('c', 'a')], ['a', 'b', 'c']],
    ['each after its parent', [row('b', 'a'), row('c'), row('a')], ['a', 'b', 'c']],
    ['without a deleted one that nothing answers', [row('a'), row('b', 'a', 'deleted')], ['a']],
    ['with a deleted one that something answers', [row('a', null, 'deleted'), row('b', 'a')], ['a', 'b']],
    [
      'without a chain of deleted ones',
      [row('a', null, 'deleted'), row('b', 'a', 'deleted'), row('c', 'b', 'deleted')],
      [],
    ],
    [
      'with every deleted one above something visible',
      [row('a', null, 'deleted'), row('b', 'a', 'deleted'), row('c', 'b')],
      ['a', 'b', 'c'],
    ],
    [
      'with a deleted one that a pending one answers',
      [row('a', null, 'deleted'), row('b', 'a', 'pending')],
      ['a', 'b'],
    ],
  ])('a comment is placed %s', (_name, rows, ids) => {
    expect(idsOf(rows)).toEqual(ids)
  })

  it('a comment with an unknown parent begins a thread', () => {
    expect(shown([row('b', 'nowhere')])).toEqual([expect.objectContaining({ id: 'b', parentId: null })])
  })

  it('comments that answer each other or themselves are handled', () => {
    expect(idsOf([row('a', 'b'), row('b', 'a'), row('c', 'c')]).toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('a thread may have any depth', () => {
    const deep = Array.from({ length: 20_000 }, (_, n) => row(`c${n}`, n === 0 ? null : `c${n - 1}`))
    expect(idsOf(deep.toReversed())).toEqual(deep.map(({ id }) => id))
  })

  it('a thread of any shape shows each visible comment once, after its parent', () => {
    const any = fc
      .array(
        fc.record({
          parent: fc.option(fc.integer({ min: 0, max: 9 })),
          status: fc.constantFrom('approved', 'pending', 'rejected', 'deleted'),
        }),
        { maxLength: 10 },
      )
      .map((all) =>
        all.map(({ parent, status }, n) =>
          row(`c${n}`, parent === null ? null : `c${parent}`, status as OutlineRow['status']),
        ),
      )
    fc.assert(
      fc.property(any, (rows) => {
        const thread = shown(rows)
        const seen = new Set<string>()
        for (const { id, parentId } of thread) {
          expect(seen.has(id)).toBe(false)
          if (parentId !== null) expect(seen.has(parentId)).toBe(true)
          seen.add(id)
        }
        for (const { id, status } of rows) if (status !== 'deleted') expect(seen.has(id)).toBe(true)
      }),
    )
  })
})
