import { describe, expect, it } from 'vitest'
import {
  arrived,
  cleared,
  type Decided,
  focusOf,
  isOpen,
  keyOf,
  marked,
  moved,
  openRows,
  type Row,
  type Rows,
  reopened,
} from '../app/features/moderation/rows.ts'
import { idOf, sampleQueue } from './sample-blog.ts'

const rowsOf = (...numbers: number[]): Row[] => {
  const { content, ...sample } = sampleQueue()[0] as ReturnType<typeof sampleQueue>[number]
  return numbers.map((number) => ({ ...sample, id: idOf(number), html: content }))
}
const of = (...numbers: number[]): Rows => ({ rows: rowsOf(...numbers), marks: {}, focused: undefined })
const [one, two, three] = rowsOf(1, 2, 3) as [Row, Row, Row]
const judged = (row: Row): { kind: 'judged'; decided: Decided } => ({
  kind: 'judged',
  decided: { row, status: 'approved', version: row.version + 1, before: { status: 'pending', reason: '' } },
})
const ids = (rows: readonly Row[]) => rows.map(({ id }) => id)

describe('the rows of the queue', () => {
  it('rows of the queue keep their places: new ones come to the end, and those judged by others say so in place', () => {
    const now = arrived(of(1, 2), { loaded: rowsOf(2, 3), isAll: true })
    expect(ids(now.rows)).toEqual(ids([one, two, three]))
    expect(now.marks[keyOf(one)]).toEqual({ kind: 'gone' })
    expect(ids(openRows(now))).toEqual(ids([two, three]))
  })

  it('a page of the queue that was cut off closes no rows beyond it', () => {
    expect(openRows(arrived(of(1, 2), { loaded: rowsOf(3), isAll: false }))).toHaveLength(3)
  })

  it('a judged row is not reopened by an answer older than the verdict, but by a newer one', () => {
    const done = cleared(marked(of(1, 2), one, judged(one)))
    expect(ids(done.rows)).toEqual(ids([two]))
    expect(ids(arrived(done, { loaded: rowsOf(1, 2), isAll: true }).rows)).toEqual(ids([two]))
    const undone = { ...one, version: one.version + 2 }
    expect(ids(arrived(done, { loaded: [undone, two], isAll: true }).rows)).toEqual(ids([two, one]))
    expect(ids(openRows(reopened(done, undone)))).toEqual(ids([two, one]))
  })

  it('rows judged by others stay closed until requested; rows whose verdict could not be sent stay open', () => {
    const verdict = { status: 'approved', reason: '', revision: 1, version: 2, time: one.createdAt } as const
    const by = { kind: 'person', id: idOf(9), name: 'Bea' } as const
    expect(isOpen({ kind: 'refused', problem: 'away' })).toBe(true)
    expect(isOpen({ kind: 'refused', problem: 'Bea', verdict: { ...verdict, by } })).toBe(false)
    expect(isOpen({ kind: 'refused', problem: 'edited', isFinal: true })).toBe(false)
    expect(isOpen({ kind: 'sending' })).toBe(false)
  })

  it('the keyboard skips finished rows, and stays where there is no further one', () => {
    const now = marked(marked(of(1, 2, 3), two, judged(two)), one, judged(one))
    expect(focusOf(now)).toBe(keyOf(one))
    expect(focusOf(moved(now, 1))).toBe(keyOf(three))
    expect(focusOf(moved(moved(now, 1), 1))).toBe(keyOf(three))
    expect(focusOf(moved(now, -1))).toBe(keyOf(one))
    expect(focusOf(cleared(now))).toBe(keyOf(three))
  })
})
