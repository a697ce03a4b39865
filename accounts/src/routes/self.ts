import type { Clock } from '@logbook/chassis/clock.ts'
import { rateCounter } from '@logbook/chassis/http/rate-store.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { invalid, notFound, Problem } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { Auth } from '../auth/auth.ts'
import { limits } from '../limits.ts'
import type { ApiTokens } from '../people/api-tokens.ts'
import type { LiveCallers } from '../people/live-callers.ts'
import type { Once } from '../people/once.ts'
import type { People } from '../people/people.ts'
import type { Sessions } from '../people/sessions.ts'
import type { UserPublisher } from '../people/user-publisher.ts'

export const noStore = { 'Cache-Control': 'no-store' } as const

/** Throws `forbidden` for a scoped API token: one that leaks must not get further rights, or give roles. */
export const refuseScoped = (caller: Caller): void => {
  if (caller.kind === 'person' && caller.scopes !== undefined && !caller.scopes.includes('all'))
    throw new Problem('forbidden', { detail: 'A token of some services does not do this.' })
}

interface OwnAccount {
  clock: Clock
  isOwnPicture: (picture: string, personId: string) => Promise<boolean>
  auth: Pick<Auth, 'sessionOf'>
  people: People
  sessions: Sessions
  apiTokens: ApiTokens
  once: Once
  liveCallers: LiveCallers
  userPublisher: Pick<UserPublisher, 'publish' | 'wake'>
}

/** A person's own account. Everything is looked up by the caller: the id of another person's thing finds nothing. */
export const ownAccount = (parts: OwnAccount) => {
  const { clock, isOwnPicture, auth, people, sessions, apiTokens, once, liveCallers, userPublisher } = parts
  const countPortraits = rateCounter({ clock, windowS: limits.portraitsWindowS })
  const now = () => clock.now().toISOString()
  const own = (caller: Caller): PersonAccount => {
    if (caller.kind !== 'person') throw new Problem('forbidden', { detail: 'This is for people.' })
    const person = people.find(caller.id)
    if (person === undefined) throw notFound('account behind this token')
    return person
  }
  const ownAnswer = (caller: Caller) => {
    const person = own(caller)
    const { id } = person
    return { body: { ...person, ...people.ways(id), picture: people.picture(id) }, headers: noStore }
  }

  /** Each change of it drops pages that are cached. */
  const assertPicture = async (picture: string | null, caller: Caller): Promise<void> => {
    const { id: personId } = own(caller)
    const detail = 'You have changed your picture often. Try again later.'
    if (picture === people.picture(personId)) return
    countPortraits(personId, { max: limits.portraitsPerPersonMax, detail })
    if (picture !== null && !(await isOwnPicture(picture, personId)))
      throw invalid('picture', 'must be a picture of your own that is ready')
  }

  return handlersOf(accountEndpoints)({
    'GET /me': (_input, caller) => ownAnswer(caller),
    async 'PATCH /me'({ body: { name, picture } }, caller) {
      if (picture !== undefined) await assertPicture(picture, caller)
      liveCallers.run(caller, 'PATCH /me', () => {
        const { id } = own(caller)
        if (name !== undefined) people.rename(id, name, now())
        if (picture !== undefined) people.setPicture(id, picture, now())
      })
      if (picture === undefined) userPublisher.wake()
      const position = picture === undefined ? undefined : await userPublisher.publish(own(caller).id)
      return { ...ownAnswer(caller), ...(position === undefined ? {} : { position }) }
    },
    async 'GET /sessions'({ header }, caller) {
      const { session: here } = await auth.sessionOf(header('Cookie') ?? '')
      const all = sessions.of(own(caller).id, now())
      return {
        body: all.map((session) => ({ ...session, current: session.id === here?.sessionId })),
        headers: noStore,
      }
    },
    'DELETE /sessions/:id'({ params }, caller) {
      sessions.end(own(caller).id, params.id)
      return {}
    },
    'GET /tokens': (_input, caller) => ({ body: apiTokens.of(own(caller).id), headers: noStore }),
    'POST /tokens'({ body, command }, caller) {
      refuseScoped(caller)
      const { id } = own(caller)
      const { made } = liveCallers.run(caller, 'POST /tokens', () =>
        once.run(command.idempotency, {
          make: (making) => apiTokens.make(id, body, making),
          find: (making) => apiTokens.again(making),
        }),
      )
      return { body: made, headers: noStore }
    },
    'DELETE /tokens/:id'({ params }, caller) {
      refuseScoped(caller)
      apiTokens.revoke(own(caller).id, params.id)
      return {}
    },
  })
}
