import { isProblem } from '@logbook/chassis/problem.ts'
import { callers } from '@logbook/chassis/testing/access.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import { exampleMediaId, mediaRequested } from '@logbook/contracts/examples/media.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, type MediaCommand } from '../../src/domain/decide.ts'
import { evolve, initialMedium, type MediaEvent, type Medium } from '../../src/domain/medium.ts'
import { limits } from '../../src/limits.ts'

const startMs = Date.parse('2026-03-01T09:00:00.000Z')
const made = { type: 'text/plain', picture: null, variants: [], notes: [] }
const caller = callers.owner

type Step =
  | { kind: 'claim' | 'cancel' | 'retry' | 'remove'; passesMs: number }
  | { kind: 'finish' | 'progress' | 'again' | 'refused' | 'later'; behind: number; passesMs: number }

const passesMs = fc.nat({ max: 2 * limits.retryMsMax })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const), passesMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cancel', 'retry', 'remove'), passesMs }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('finish', 'progress', 'again', 'refused', 'later'),
      // How many leases before the last one; those that were never given, too.
      behind: fc.integer({ min: -1, max: 3 }),
      passesMs,
    }),
  },
)

const commandOf = (taken: Step, leases: number, at: string): MediaCommand => {
  switch (taken.kind) {
    case 'claim':
      return { kind: 'claim', worker: 'a-worker', at }
    case 'cancel':
    case 'retry':
    case 'remove':
      return { kind: taken.kind, caller, at }
    case 'finish':
      return { kind: 'finish', lease: leases - taken.behind, ...made, at }
    case 'progress':
      return { kind: 'progress', lease: leases - taken.behind, step: 'fetching', bytes: 1, total: null, at }
    default:
      return { kind: 'fail', how: taken.kind, lease: leases - taken.behind, reason: 'It failed.', at }
  }
}

interface Taken {
  before: Medium
  command: MediaCommand
  events: readonly DomainEvent[]
  refused: boolean
}

/** What each step led to, from a request on. */
const run = (steps: readonly Step[]): Taken[] => {
  let state = evolve(initialMedium, mediaRequested() as MediaEvent)
  let ms = startMs
  return steps.map((each) => {
    ms += each.passesMs
    const before = state
    const leases = 'leases' in before ? before.leases : 0
    const command = commandOf(each, leases, new Date(ms).toISOString())
    try {
      const events = decide(before, command)
      state = events.reduce((known, event) => evolve(known, event as MediaEvent), before)
      return { before, command, events, refused: false }
    } catch (error) {
      if (!isProblem(error)) throw error
      return { before, command, events: [], refused: true }
    }
  })
}

const all = fc.array(step, { maxLength: 40 })

describe('any history of a job', () => {
  it('leases only rise, and commands under a stale lease change nothing', () => {
    fc.assert(
      fc.property(all, (steps) => {
        let last = 0
        for (const { before, command, events } of run(steps)) {
          for (const { type, data } of events as readonly { type: string; data: { lease: number } }[])
            if (type === 'MediaClaimed') {
              expect(data.lease).toBe(last + 1)
              last = data.lease
            }
          const isUnderWay = before.status === 'claimed'
          if ('lease' in command && (!isUnderWay || command.lease !== last)) expect(events).toEqual([])
        }
      }),
      cases(200),
    )
  })

  it('a job is finished once, has no more attempts than allowed, and is parked after the last', () => {
    fc.assert(
      fc.property(all, (steps) => {
        const events = run(steps).flatMap((each) => each.events)
        expect(events.filter(({ type }) => type === 'MediaFinished').length).toBeLessThanOrEqual(1)
        for (const { type, data } of events)
          if (type === 'MediaClaimed')
            expect((data as { attempt: number }).attempt).toBeLessThanOrEqual(limits.attemptsMax)
        events.forEach(({ type, data }, index) => {
          const isLast = type === 'MediaFailed' && (data as { retryAt: string | null }).retryAt === null
          expect(events[index + 1]?.type === 'MediaParked').toBe(isLast)
        })
      }),
      cases(200),
    )
  })

  it('progress is appended to the log at most once a second', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2_000 }), { maxLength: 30 }), (pauses) => {
        const steps: Step[] = pauses.map((ms) => ({ kind: 'progress', behind: 0, passesMs: ms }))
        const translate = run([{ kind: 'claim', passesMs: 0 }, ...steps])
          .flatMap((each) => each.events)
          .filter(({ type }) => type === 'MediaProgressed')
          .map(({ data }) => Date.parse((data as { progressedAt: string }).progressedAt))
        translate.slice(1).forEach((at, index) => {
          expect(at - (translate[index] ?? 0)).toBeGreaterThanOrEqual(limits.progressMsMin)
        })
      }),
      cases(50),
    )
  })

  it('events in any order can be folded', () => {
    const known = run([
      { kind: 'claim', passesMs: 0 },
      { kind: 'progress', behind: 0, passesMs: 1 },
      { kind: 'again', behind: 0, passesMs: 1 },
      { kind: 'claim', passesMs: limits.retryMsMax },
      { kind: 'later', behind: 0, passesMs: 1 },
      { kind: 'claim', passesMs: limits.retryMsMax },
      { kind: 'refused', behind: 0, passesMs: 1 },
      { kind: 'retry', passesMs: 1 },
      { kind: 'claim', passesMs: 1 },
      { kind: 'finish', behind: 0, passesMs: 1 },
      { kind: 'remove', passesMs: 1 },
    ]).flatMap((each) => each.events) as MediaEvent[]
    expect(known).toHaveLength(12)
    const events = [mediaRequested() as MediaEvent, ...known]
    fc.assert(
      fc.property(fc.shuffledSubarray(events), (some) => {
        const state = some.reduce(evolve, initialMedium)
        if (state.status !== 'absent') expect(state.id).toBe(exampleMediaId)
      }),
      cases(100),
    )
  })
})
