import { deepStrictEqual, throws } from 'node:assert/strict'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { isProblem, type Problem } from '../problem.ts'

export interface Decider<State, Event, Command> {
  initial: State
  evolve: (state: State, event: Event) => State
  decide: (state: State, command: Command) => readonly DomainEvent[]
}

export interface Outcome {
  /** Exactly these events, in this order; only their type and data are compared, and where they name it, the rest. */
  yields(...events: readonly Expected[]): void
  /** Not an event. */
  yieldsNothing(): void
  refuses(code: ProblemCode): Problem
}

type Expected = Pick<DomainEvent, 'type' | 'data'> & Partial<Pick<DomainEvent, 'subject' | 'expectedVersion'>>

/**
 * The given/when/then of a decider, without any machinery: `given(...events).when(command).yields(...events)`, or
 * `.refuses(code)`. Throws an AssertionError when it turns out otherwise.
 */
export const givenOf =
  <State, Event, Command>({ initial, evolve, decide }: Decider<State, Event, Command>) =>
  (...events: readonly Event[]) => {
    const state = events.reduce(evolve, initial)
    return {
      state,
      when: (command: Command): Outcome => ({
        yields(...expected) {
          const decided = decide(state, command)
          const compared = decided.map((event, index) => {
            const named = Object.keys(expected[index] ?? event)
            return Object.fromEntries(Object.entries(event).filter(([key]) => named.includes(key)))
          })
          const wanted = expected.map(({ type, data, subject, expectedVersion }) => ({
            type,
            data,
            ...(subject === undefined ? {} : { subject }),
            ...(expectedVersion === undefined ? {} : { expectedVersion }),
          }))
          deepStrictEqual(compared, wanted)
        },
        yieldsNothing() {
          deepStrictEqual(decide(state, command), [])
        },
        refuses(code) {
          let refusal: Problem | undefined
          throws(
            () => decide(state, command),
            (error: unknown) => {
              if (!isProblem(error, code)) return false
              refusal = error
              return true
            },
          )
          if (refusal === undefined) throw new Error('unreachable: throws() would have failed')
          return refusal
        },
      }),
    }
  }
