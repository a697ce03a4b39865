import type { Clock } from '@logbook/chassis/clock.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { Auth } from '../auth/auth.ts'
import type { Mailer } from '../mail/mailer.ts'
import { mails } from '../mail/texts.ts'
import type { Credentials } from '../people/credentials.ts'
import type { Invitations } from '../people/invitations.ts'
import type { LiveCallers } from '../people/live-callers.ts'
import type { Once } from '../people/once.ts'
import type { People } from '../people/people.ts'
import type { UserPublisher } from '../people/user-publisher.ts'
import { noStore, refuseScoped } from './self.ts'

interface Managing {
  clock: Clock
  auth: Pick<Auth, 'passwordLink'>
  people: People
  credentials: Credentials
  liveCallers: LiveCallers
  mailConnected: boolean
  userPublisher: Pick<UserPublisher, 'publish' | 'wake'>
}

const handlers = handlersOf(accountEndpoints)

/** What an owner does with people: list them, give roles, confirm addresses; and a moderator: remove a portrait. */
export const managing = (parts: Managing) => {
  const { clock, auth, people, credentials, liveCallers, mailConnected, userPublisher } = parts
  /** Where mail is sent, the link in it proves who owns an address, and no owner needs to. */
  const mustBeWithoutMail = () => {
    if (mailConnected)
      throw new Problem('conflict', {
        detail: 'This blog sends mail: the link in the mail does this for the owner of the address.',
      })
  }

  return handlers({
    'GET /people'({ query: { after, limit, confirmed } }) {
      const found = people.page({ after, limit: limit + 1, confirmed: confirmed === 'true' })
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      const next = found.length > limit && last ? { after: last.id } : undefined
      return { body: shown, next, headers: noStore }
    },
    'PATCH /people/:id'({ params: { id }, body: { role, emailVerified } }, caller) {
      refuseScoped(caller)
      if (emailVerified) mustBeWithoutMail()
      const at = clock.now().toISOString()
      const person = liveCallers.run(caller, 'PATCH /people/:id', ({ id: by }) => {
        const confirmed = emailVerified ? people.confirm(id, at) : undefined
        return role === undefined ? confirmed : people.setRole(id, role, { by, at })
      })
      if (person === undefined) throw new Problem('internal')
      userPublisher.wake()
      return { body: person }
    },
    async 'DELETE /people/:id/picture'({ params: { id } }, caller) {
      const at = clock.now().toISOString()
      liveCallers.run(caller, 'DELETE /people/:id/picture', () => {
        if (people.find(id) === undefined) throw notFound('such person')
        people.setPicture(id, null, at)
      })
      const position = await userPublisher.publish(id)
      return position === undefined ? {} : { position }
    },
    async 'POST /people/:id/password-link'({ params: { id } }, caller) {
      refuseScoped(caller)
      mustBeWithoutMail()
      liveCallers.run(caller, 'POST /people/:id/password-link', () => {
        if (people.find(id) === undefined) throw notFound('such person')
        // Only the latest link is valid.
        credentials.endLinks(id)
      })
      return { body: await auth.passwordLink(id), headers: noStore }
    },
  })
}

interface Inviting {
  publicUrl: string
  invitations: Invitations
  mailer: Pick<Mailer, 'send' | 'forgetInvitations'>
  once: Once
  liveCallers: LiveCallers
}

/** What an owner does with invitations. */
export const inviting = ({ publicUrl, invitations, mailer, once, liveCallers }: Inviting) => {
  const linkOf = (token: string) => `${publicUrl}/invitation?token=${token}`

  return handlers({
    'GET /invitations': () => ({ body: invitations.open(), headers: noStore }),
    'POST /invitations'({ body, command }, caller) {
      refuseScoped(caller)
      const { made } = liveCallers.run(caller, 'POST /invitations', ({ id: by }) =>
        once.run(command.idempotency, {
          make: (making) => {
            const made = invitations.make({ ...body, by }, making)
            mailer.send(mails.invitation(made, linkOf(made.token)))
            return made
          },
          find: (making) => invitations.again(making),
        }),
      )
      const { token, ...invitation } = made
      return { body: { ...invitation, link: linkOf(token) }, headers: noStore }
    },
    'DELETE /invitations/:id'({ params }) {
      invitations.withdraw(params.id)
      mailer.forgetInvitations()
      return {}
    },
  })
}
