import { admit } from '@logbook/chassis/access/table.ts'
import type { Verify } from '@logbook/chassis/access/verify.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Caller, Person } from '@logbook/contracts/identity.ts'
import { access } from '../access.ts'
import type { Restored } from '../backup/restored.ts'
import type { ApiTokens } from './api-tokens.ts'
import type { People } from './people.ts'
import type { Sessions } from './sessions.ts'

type Row = keyof typeof access

interface StandingOptions {
  db: Database
  people: Pick<People, 'find'>
  sessions: Pick<Sessions, 'isThere'>
  apiTokens: Pick<ApiTokens, 'isThere' | 'machine'>
  /** While a restored copy is pending no caller is looked up: it refuses them all with `unavailable`, not `unauthenticated`. */
  restored: Pick<Restored, 'pending'>
}

export type Standing = ReturnType<typeof standingOf>

const nobody: Caller = { kind: 'nobody' }

/**
 * What callers may do, as this file has it now. An access token says who calls and is a minute old at most; meanwhile the role may
 * have been taken away, the session or API token ended, or the account erased.
 */
export const standingOf = ({ db, people, sessions, apiTokens, restored }: StandingOptions) => {
  /** With their role of now; nobody where the account, or what the access token was given for, is gone. */
  const now = (caller: Caller): Caller => {
    if (caller.kind !== 'person' || restored.pending()) return caller
    const { id, via } = caller
    const found = people.find(id) ?? apiTokens.machine(id)
    const holds = via === undefined || sessions.isThere(via) || apiTokens.isThere(via)
    return found && holds ? { ...caller, role: found.role, name: found.name } : nobody
  }

  /** Throws `unauthenticated` or `forbidden` where the caller of an endpoint may not call it, or no longer. */
  const still = (caller: Caller, row: Row): Caller =>
    admit(now(caller), { grants: access[row], service: 'accounts' })

  return {
    /** The same proof, of who callers are now. */
    verify:
      (verify: Verify): Verify =>
      async (authorization) =>
        now(await verify(authorization)),
    /** Runs a command in one transaction with the look at who gives it: what changed while its body came counts. */
    decide: <Result>(caller: Caller, row: Row, command: (person: Person) => Result): Result =>
      db
        .transaction(() => {
          const person = still(caller, row)
          if (person.kind !== 'person') throw new Error(`${row} is for people`)
          return command(person)
        })
        .immediate(),
  }
}
