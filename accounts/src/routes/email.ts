import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import type { AddressConfirmed, PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import { accountBodies, verifyEmailQuery } from '@logbook/contracts/http/accounts.ts'
import type { Request, Response, Router } from 'express'
import { changeIn } from '../auth/email-changes.ts'
import { isSpent } from '../auth/rate-limits.ts'
import { type AuthRouteParts, accepted } from '../auth/request.ts'
import { problemOf } from '../auth/translate.ts'
import { rateLimits as bounds } from '../limits.ts'
import { mails } from '../mail/texts.ts'
import type { RoutesOptions } from './routes.ts'

type Given = Pick<
  RoutesOptions,
  'auth' | 'people' | 'mailer' | 'emailChanges' | 'invitations' | 'credentials' | 'config'
>

const tooManyMails = () =>
  new Problem('too-many', {
    detail: 'Too many confirmation mails were sent for this account. Wait before trying again.',
    retryAfter: bounds.mailPerAccount.minutes * 60,
  })

/** Another address: asked for by whoever is signed in, confirmed by a link that reaches it, told to the former one. */
export const routeEmail = (router: Router, parts: AuthRouteParts, given: Given): void => {
  const { callAuth, body, rateLimits, answerUniformly } = parts
  const { auth, people, mailer, emailChanges, invitations, credentials } = given
  routeOldLinks(router, given.config.publicUrl)
  const hereAs = async (req: Request): Promise<PersonAccount | undefined> => {
    const { session } = await auth.sessionOf(req.get('Cookie') ?? '')
    return session && people.find(session.personId)
  }
  const askLimits = [rateLimits.mailPerNetwork, rateLimits.mailPerAccount, rateLimits.secretPerNetwork]

  router.post('/auth/change-email', body, askLimits, async (req: Request, res: Response) => {
    const { email: newEmail, currentPassword } = validate(accountBodies.changeEmail, req.body)
    const person = await hereAs(req)
    if (person === undefined) throw new Problem('unauthenticated', { detail: 'Sign in first.' })
    if (isSpent(res, 'mailPerAccount')) throw tooManyMails()
    if (newEmail === person.email) throw invalid('email', 'is your address already')
    // A browser that was left open is not enough to take an account away.
    if (!(await auth.isPasswordOf(person.id, currentPassword)))
      throw invalid('currentPassword', 'is not your password')
    await answerUniformly(res, async () => {
      const answer = await callAuth(req, {
        path: '/change-email',
        body: { newEmail, callbackURL: '/account?address=changed' },
      })
      if (answer.status >= 400) throw await problemOf(answer)
    })
  })

  /** Throws where the link of a change is not for this person, or no longer; else it is spent. */
  const spend = (person: PersonAccount, token: string, { from, to }: { from: string; to: string }): void => {
    if (person.email !== from)
      throw new Problem('conflict', {
        detail: 'This link is for another account, or another address of yours.',
      })
    // The address has an account by now. Whoever reads its mail may know.
    if (people.byEmail(to) !== undefined)
      throw new Problem('conflict', { detail: 'This address has an account by now.' })
    if (!emailChanges.spend(token, person.id)) throw invalid('token', 'is not valid, or has expired')
  }

  const confirm = async (req: Request, token: string) => {
    const answer = await callAuth(req, { path: '/verify-email', method: 'GET', query: { token } })
    if (answer.status >= 400) throw await problemOf(answer)
    return answer
  }

  const changeAddress = async (req: Request, token: string, change: { from: string; to: string }) => {
    const person = await hereAs(req)
    // The link of a mistyped address must open nobody's account: its reader has to be who asked for it.
    if (person === undefined) throw new Problem('unauthenticated', { detail: 'Sign in first.' })
    spend(person, token, change)
    const answer = await confirm(req, token)
    if (people.find(person.id)?.email !== change.to) return answer
    credentials.endLinks(person.id)
    invitations.endTo(change.from)
    mailer.forgetInvitations()
    mailer.send(mails.addressChanged({ id: person.id, email: change.from }))
    return answer
  }

  router.post(
    '/auth/verify-email',
    body,
    rateLimits.secretPerNetwork,
    async (req: Request, res: Response) => {
      const { token } = validate(accountBodies.verifyEmail, req.body)
      if (!(await auth.isConfirmationAlive(token))) throw invalid('token', 'is not valid, or has expired')
      const change = changeIn(token)
      const here = await hereAs(req)
      const answer =
        change === undefined ? await confirm(req, token) : await changeAddress(req, token, change)
      // Who is signed in stays who they are, whoever's link they open.
      const mayKeep = change !== undefined || here === undefined
      if (mayKeep) await accepted(res, answer)
      const signedIn = change !== undefined || (mayKeep && answer.headers.getSetCookie().length > 0)
      res.json({ of: change === undefined ? 'new-account' : 'account', signedIn } satisfies AddressConfirmed)
    },
  )
}

/** Mails of earlier versions link here: redirects to the page that confirms, and confirms nothing. */
const routeOldLinks = (router: Router, publicUrl: string): void => {
  router.get('/auth/verify-email', (req: Request, res: Response) => {
    const { token } = validate(verifyEmailQuery, req.query)
    res.redirect(302, `${publicUrl}/confirm-address?${new URLSearchParams({ token })}`)
  })
}
