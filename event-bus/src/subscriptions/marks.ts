import type { Database } from '@logbook/chassis/files/sqlite.ts'

/** A position that a subscription has read up to, with the checksum of the log there. */
export interface Mark {
  position: number
  checksum: string
}

const doublings = (distance: number): number => (distance === 0 ? -1 : Math.floor(Math.log2(distance)))

/**
 * Thins ascending marks exponentially, so that the point where two logs diverge is known to within twice its distance from the newest:
 * of the marks between one doubling of that distance and the next, keeps the first and the last.
 */
export const thinned = (marks: readonly Mark[]): Mark[] => {
  const newest = marks.at(-1)?.position ?? 0
  const groupAt = (index: number) => {
    const mark = marks[index]
    return mark && doublings(newest - mark.position)
  }
  return marks.filter((_, index) => {
    const group = groupAt(index)
    return groupAt(index - 1) !== group || groupAt(index + 1) !== group
  })
}

/** The marks of runs. Transactions are the caller's. */
export const marksOf = (db: Database) => {
  const all = db.prepare<[number], Mark>(
    'SELECT position, checksum FROM marks WHERE run = ? ORDER BY position',
  )
  const put = db.prepare<[number, Mark]>(
    `INSERT INTO marks (run, position, checksum) VALUES (?, @position, @checksum)
     ON CONFLICT (run, position) DO UPDATE SET checksum = @checksum`,
  )
  const keepOnly = db.prepare<[number, string]>(
    'DELETE FROM marks WHERE run = ? AND position NOT IN (SELECT value FROM json_each(?))',
  )
  const move = db.prepare<[number, number, number]>(
    'UPDATE marks SET run = ? WHERE run = ? AND position <= ?',
  )
  return {
    marks: (run: number): Mark[] => all.all(run),
    putMarks: (run: number, marks: readonly Mark[]): void => {
      keepOnly.run(run, JSON.stringify(marks.map(({ position }) => position)))
      const newest = marks.at(-1)
      if (newest !== undefined) put.run(run, newest)
    },
    moveMarks: ({ from, to, upTo }: { from: number; to: number; upTo: number }): void =>
      void move.run(to, from, upTo),
  }
}
