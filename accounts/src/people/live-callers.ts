import { admit } from '@logbook/chassis/access/admit.ts'
import type { Verify } from '@logbook/chassis/access/verify.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { Caller, Person } from '@logbook/contracts/identity.ts'
import type { RestoreState } from '../backup/restored.ts'
import type { ApiTokens } from './api-tokens.ts'
import type { People } from './people.ts'
import type { Sessions } from './sessions.ts'

type Row = keyof typeof accountEndpoints.rows

interface LiveCallersOptions {
  db: Database
  people: Pick<People, 'find'>
  sessions: Pick<Sessions, 'isThere'>
  apiTokens: Pick<ApiTokens, 'isThere' | 'machine'>
  /** While a restored copy waits for the log, no caller is looked up: all are refused with `unavailable`, not `unauthenticated`. */
  restored: Pick<RestoreState, 'pending'>
}

export type LiveCallers = ReturnType<typeof createLiveCallers>

const anonymous: Caller = { kind: 'nobody' }

/**
 * Rechecks callers against the accounts file. An access token is valid for a minute; within that minute the role may
 * have changed, the session or API token ended, or the account been erased.
 */
export const createLiveCallers = ({ db, people, sessions, apiTokens, restored }: LiveCallersOptions) => {
  /** The caller with their present role; anonymous where the account, session or API token behind the access token is gone. */
  const current = (caller: Caller): Caller => {
    if (caller.kind !== 'person' || restored.pending()) return caller
    const { id, via } = caller
    const found = people.find(id) ?? apiTokens.machine(id)
    const holds = via === undefined || sessions.isThere(via) || apiTokens.isThere(via)
    return found && holds ? { ...caller, role: found.role, name: found.name } : anonymous
  }

  /** Throws `unauthenticated` or `forbidden` where the caller may not, or no longer, call the endpoint. */
  const recheck = (caller: Caller, row: Row): Caller =>
    admit(current(caller), { grants: accountEndpoints.rows[row].access, service: 'accounts' })

  return {
    /** Wraps a verifier so that it returns callers as they are now. */
    verify:
      (verify: Verify): Verify =>
      async (authorization) =>
        current(await verify(authorization)),
    /** Runs a command in one transaction with a recheck of its caller: a change made while the body arrived counts. */
    run: <Result>(caller: Caller, row: Row, command: (person: Person) => Result): Result =>
      db
        .transaction(() => {
          const person = recheck(caller, row)
          if (person.kind !== 'person') throw new Error(`${row} is for people`)
          return command(person)
        })
        .immediate(),
  }
}
