import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { AddressConfirmed, PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import { accountBodies, verifyEmailQuery } from '@logbook/contracts/http/accounts.ts'
import type { Request } from 'express'
import type { Auth } from '../auth/auth.ts'
import { changeIn, type EmailChanges } from '../auth/email-changes.ts'
import { isSpent } from '../auth/rate-limits.ts'
import { type AuthRouteParts, accepted } from '../auth/request.ts'
import { problemOf } from '../auth/translate.ts'
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

const signInFirst = () => new Problem('unauthenticated', { detail: 'Sign in first.' })

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
  { callAuth, post, rateLimits, answerUniformly }: AuthRouteParts,
  parts: EmailParts,
) => {
  const { auth, people, mailer, invitations, credentials, config } = parts
  const spend = createSpend(parts)
  const signedInAs = async (req: Request): Promise<PersonAccount | undefined> => {
    const { session } = await auth.sessionOf(req.get('Cookie') ?? '')
    return session && people.find(session.personId)
  }

  const confirm = async (req: Request, token: string) => {
    const answer = await callAuth(req, { path: '/verify-email', method: 'GET', query: { token } })
    if (answer.status >= 400) throw await problemOf(answer)
    return answer
  }

  const changeAddress = async (req: Request, token: string, change: { from: string; to: string }) => {
    const person = await signedInAs(req)
    // The link to a mistyped address must open no account: only the person who asked may use it.
    if (person === undefined) throw signInFirst()
    spend(person, token, change)
    const answer = await confirm(req, token)
    if (people.find(person.id)?.email !== change.to) return answer
    credentials.endLinks(person.id)
    invitations.endTo(change.from)
    mailer.forgetInvitations()
    mailer.send(mails.addressChanged({ id: person.id, email: change.from }))
    return answer
  }

  const changeLimits = [rateLimits.mailPerNetwork, rateLimits.mailPerAccount, rateLimits.secretPerNetwork]
  return handlersOf(accountEndpoints)({
    'POST /auth/change-email': post(accountBodies.changeEmail, changeLimits, async (given, req, res) => {
      const { email: newEmail, currentPassword } = given
      const person = await signedInAs(req)
      if (person === undefined) throw signInFirst()
      if (isSpent(res, 'mailPerAccount')) throw tooManyMails()
      if (newEmail === person.email) throw invalid('email', 'is your address already')
      // An unattended browser is not enough to take an account over.
      if (!(await auth.isPasswordOf(person.id, currentPassword)))
        throw invalid('currentPassword', 'is not your password')
      await answerUniformly(res, async () => {
        const body = { newEmail, callbackURL: '/account?address=changed' }
        const answer = await callAuth(req, { path: '/change-email', body })
        if (answer.status >= 400) throw await problemOf(answer)
      })
    }),
    // Mails of earlier versions link here. It redirects to the page that confirms, and confirms nothing itself.
    'GET /auth/verify-email': {
      raw(req, res) {
        const { token } = validate(verifyEmailQuery, req.query)
        res.redirect(302, `${config.publicUrl}/confirm-address?${new URLSearchParams({ token })}`)
      },
    },
    'POST /auth/verify-email': post(
      accountBodies.verifyEmail,
      [rateLimits.secretPerNetwork],
      async ({ token }, req, res) => {
        if (!(await auth.isConfirmationAlive(token))) throw invalid('token', 'is not valid, or has expired')
        const change = changeIn(token)
        const here = await signedInAs(req)
        const answer = change ? await changeAddress(req, token, change) : await confirm(req, token)
        // A signed-in person stays signed in, also with a link for someone else.
        const mayKeep = change !== undefined || here === undefined
        if (mayKeep) await accepted(res, answer)
        const signedIn = change !== undefined || (mayKeep && answer.headers.getSetCookie().length > 0)
        res.json({ of: change ? 'account' : 'new-account', signedIn } satisfies AddressConfirmed)
      },
    ),
  })
}
