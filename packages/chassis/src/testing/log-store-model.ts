import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AppendRequest } from '../log/log-store.ts'
import { cases } from './cases.ts'
import { completeEvent } from './complete-event.ts'
import type { Engine } from './log-store-conformance.ts'

// Few ids, streams and contents, so that repeats and conflicts are common.
const someEvent = fc
  .record({
    id: fc.nat({ max: 12 }).map((n) => `id-${n}`),
    subject: fc.constantFrom('a', 'b', '__proto__'),
    data: fc.constantFrom(1, 2),
    expectedversion: fc.constantFrom('any', 'none', 0, 1, 2, 3),
  })
  .map((fields) => completeEvent(fields as Partial<ReturnType<typeof completeEvent>>))

const someCommits = fc.array(
  fc.array(fc.array(someEvent, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
  { maxLength: 6 },
)

export interface Entry {
  id: string
  subject: string
  data: unknown
}

export type ModelAppend = readonly (Entry & Pick<AppendRequest[number], 'expectedversion'>)[]

/**
 * The protocol said as plainly as can be: one append at a time against one array, to which it adds. Returns what became of it:
 * `recorded` or `repeated` with the positions, or the code of the problem.
 */
export const appendToModel = (log: Entry[], request: ModelAppend): string => {
  const known = request.map(({ id }) => log.findIndex((entry) => entry.id === id))
  const same = request.every(({ subject, data }, index) => {
    const entry = log[known[index] ?? -1]
    return entry?.subject === subject && entry.data === data
  })
  if (same) return `repeated ${known.map((index) => index + 1)}`
  if (known.some((index) => index !== -1)) return 'id-conflict'
  if (new Set(request.map(({ id }) => id)).size < request.length) return 'id-conflict'
  for (const [index, { subject, expectedversion }] of request.entries()) {
    if (request.findIndex((other) => other.subject === subject) < index) continue
    const version = log.filter((entry) => entry.subject === subject).length
    if (expectedversion !== 'any' && version !== (expectedversion === 'none' ? 0 : expectedversion))
      return 'version-conflict'
  }
  log.push(...request.map(({ id, subject, data }) => ({ id, subject, data })))
  return `recorded ${request.map((_, index) => log.length - request.length + index + 1)}`
}

/** Any appends in any grouping do what a model of twenty lines says. */
export const describeAgainstModel = (open: () => Promise<Engine>): void => {
  it('does what the model does, for any appends in any grouping', async () => {
    await fc.assert(
      fc.asyncProperty(someCommits, async (commits) => {
        const { store, dispose } = await open()
        try {
          const log: Entry[] = []
          for (const requests of commits) {
            const outcomes = await store.append(requests)
            const said = outcomes.map((outcome) =>
              outcome.kind === 'refused'
                ? outcome.problem.code
                : `${outcome.kind} ${outcome.events.map(({ position }) => position)}`,
            )
            expect(said).toEqual(requests.map((request) => appendToModel(log, request)))
          }
          const page = await store.read({ after: 0, limit: 1_000 })
          const stands = page.events
            .map((text) => JSON.parse(text))
            .map(({ id, subject, data }) => ({ id, subject, data }))
          expect(stands).toEqual(log)
        } finally {
          await dispose()
        }
      }),
      cases(30),
    )
  })
}
