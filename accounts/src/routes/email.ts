import { type Header, handlersOf } from '@logbook/chassis/http/serve.ts'
import { invalid, Problem, signInFirst } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import type { Auth } from '../auth/auth.ts'
import { changeIn, type EmailChanges } from '../auth/email-changes.ts'
import { isSpent } from '../auth/rate-limits.ts'
import { type AuthRouteParts, accepted, cookiesOf } from '../auth/request.ts'
import type { Config } from '../config.ts'
import { rateLimits as bounds } from '../limits.ts'
import type { Mailer } from '../mail/mailer.ts'
import { mails } from '../mail/texts.ts'
import type { Credentials } from '../people/credentials.ts'
import type { Invitations } from '../people/invitations.ts'
import type { People } from '../people/people.ts'

export interface EmailParts {
  auth: Auth
  people: People
  mailer: Pick<Mailer, 'send' | 'forgetInvitations'>
  emailChanges: EmailChanges
  invitations: Invitations
  credentials: Credentials
  config: Pick<Config, 'publicUrl'>
}

const tooManyMails = () =>
  new Problem('too-many', {
    detail: 'Too many confirmation mails were sent for this account. Wait before trying again.',
    retryAfter: bounds.mailPerAccount.minutes * 60,
  })

/** Throws where the link of a change is not for this person, or is used or expired; otherwise uses it up. */
const createSpend =
  ({ people, emailChanges }: EmailParts) =>
  (person: PersonAccount, token: string, { from, to }: { from: string; to: string }): void => {
    if (person.email !== from)
      throw new Problem('conflict', {
        detail: 'This link is for another account, or another address of yours.',
      })
    // The reader of that address may know that it has an account by now.
    if (people.byEmail(to) !== undefined)
      throw new Problem('conflict', { detail: 'This address has an account by now.' })
    if (!emailChanges.spend(token, person.id)) throw invalid('token', 'is not valid, or has expired')
  }

/** Confirmation and change of an address. The owner asks for a change, a link to the new address confirms it, the old one is notified. */
export const emailHandlers = (
  { callAuth, rateLimits, answerUniformly }: AuthRouteParts,
  parts: EmailParts,
) => {
  const { auth, people, mailer, invitations, credentials, config } = parts
  const spend = createSpend(parts)
  const signedInAs = async (header: Header): Promise<PersonAccount | undefined> => {
    const { session } = await auth.sessionOf(header('Cookie') ?? '')
    return session && people.find(session.personId)
  }

  const confirm = async (header: Header, token: string) =>
    accepted(await callAuth(header, { path: '/verify-email', query: { token } }))

  const changeAddress = async (header: Header, token: string, change: { from: string; to: string }) => {
    const person = await signedInAs(header)
    // The link to a mistyped address must open no account: only the person who asked may use it.
    if (person === undefined) throw signInFirst()
    spend(person, token, change)
    const answer = await confirm(header, token)
    if (people.find(person.id)?.email !== change.to) return answer
    credentials.endLinks(person.id)
    invitations.endTo(change.from)
    mailer.forgetInvitations()
    mailer.send(mails.addressChanged({ id: person.id, email: change.from }))
    return answer
  }

  return handlersOf(accountEndpoints)({
    'POST /auth/change-email': {
      limits: [rateLimits.mailPerNetwork, rateLimits.mailPerAccount, rateLimits.secretPerNetwork],
      async handle({ body: { email: newEmail, currentPassword }, header, locals }) {
        const person = await signedInAs(header)
        if (person === undefined) throw signInFirst()
        if (isSpent(locals, 'mailPerAccount')) throw tooManyMails()
        if (newEmail === person.email) throw invalid('email', 'is your address already')
        // An unattended browser is not enough to take an account over.
        if (!(await auth.isPasswordOf(person.id, currentPassword)))
          throw invalid('currentPassword', 'is not your password')
        const body = { newEmail, callbackURL: '/account?address=changed' }
        return answerUniformly(async () => accepted(await callAuth(header, { path: '/change-email', body })))
      },
    },
    // Mails of earlier versions link here. It redirects to the page that confirms, and confirms nothing itself.
    'GET /auth/verify-email': ({ query: { token } }) => ({
      location: `${config.publicUrl}/confirm-address?${new URLSearchParams({ token })}`,
    }),
    'POST /auth/verify-email': {
      limits: rateLimits.secretPerNetwork,
      async handle({ body: { token }, header }) {
        if (!(await auth.isConfirmationAlive(token))) throw invalid('token', 'is not valid, or has expired')
        const change = changeIn(token)
        const here = await signedInAs(header)
        const answer = change ? await changeAddress(header, token, change) : await confirm(header, token)
        // A signed-in person stays signed in, also with a link for someone else.
        const mayKeep = change !== undefined || here === undefined
        const signedIn = change !== undefined || (mayKeep && answer.headers.getSetCookie().length > 0)
        return {
          body: { of: change ? 'account' : 'new-account', signedIn },
          headers: mayKeep ? cookiesOf(answer) : {},
        }
      },
    },
  })
}
