import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import { accountBodies, verifyEmailQuery } from '@logbook/contracts/http/accounts.ts'
import type { Request, Response, Router } from 'express'
import { brakes as bounds } from '../limits.ts'
import { mails } from '../mail/texts.ts'
import type { RoutesOptions } from '../routes.ts'
import { type AuthParts, passRedirect } from './asking.ts'
import { isSpent } from './brakes.ts'
import { changeIn } from './email-changes.ts'
import { problemOf } from './translate.ts'

type Given = Pick<
  RoutesOptions,
  'auth' | 'people' | 'mailer' | 'emailChanges' | 'invitations' | 'waysIn' | 'config'
>

/** Another address: asked for by whoever is signed in, confirmed by a link that reaches it, told to the former one. */
export const routeEmail = (router: Router, parts: AuthParts, given: Given): void => {
  const { ask, body, brakes, evenly } = parts
  const { auth, people, mailer, emailChanges, invitations, waysIn } = given
  const { publicUrl } = given.config
  const hereAs = async (req: Request): Promise<PersonAccount | undefined> => {
    const { session } = await auth.sessionOf(req.get('Cookie') ?? '')
    return session && people.find(session.personId)
  }
  const askBrakes = [brakes.mailPerNetwork, brakes.mailPerAccount, brakes.secretPerNetwork]

  router.post('/auth/change-email', body, askBrakes, async (req: Request, res: Response) => {
    const { email: newEmail, currentPassword } = validate(accountBodies.changeEmail, req.body)
    const person = await hereAs(req)
    if (person === undefined) throw new Problem('unauthenticated', { detail: 'Sign in first.' })
    if (isSpent(res, 'mailPerAccount'))
      throw new Problem('too-many', {
        detail: 'This address was asked to confirm several times just now. Wait a while.',
        retryAfter: bounds.mailPerAccount.minutes * 60,
      })
    if (newEmail === person.email) throw invalid('email', 'is your address already')
    // A browser that was left open is not enough to take an account away.
    if (!(await auth.isPasswordOf(person.id, currentPassword)))
      throw invalid('currentPassword', 'is not your password')
    await evenly(res, async () => {
      const answer = await ask(req, {
        path: '/change-email',
        body: { newEmail, callbackURL: '/account?address=changed' },
      })
      if (answer.status >= 400) throw await problemOf(answer)
    })
  })

  /** Why the link of a change is not followed, as the page that it leads to is told; undefined where it is spent and followed. */
  const refused = (person: PersonAccount, token: string, { from, to }: { from: string; to: string }) => {
    if (person.email !== from) return 'INVALID_USER'
    // The address has an account by now. Whoever reads its mail may know.
    if (people.byEmail(to) !== undefined) return 'USER_ALREADY_EXISTS'
    return emailChanges.spend(token, person.id) ? undefined : 'INVALID_TOKEN'
  }

  router.get('/auth/verify-email', brakes.secretPerNetwork, async (req: Request, res: Response) => {
    const query = validate(verifyEmailQuery, req.query)
    const { token } = query
    const change = changeIn(token)
    if (change === undefined)
      return passRedirect(res, await ask(req, { path: '/verify-email', query }), publicUrl)
    const person = await hereAs(req)
    if (person === undefined) {
      // The link of a mistyped address must open nobody's account: its reader has to be who asked for it.
      const next = `/api/accounts/auth/verify-email?${new URLSearchParams(query)}`
      return res.redirect(302, `${publicUrl}/sign-in?${new URLSearchParams({ next })}`)
    }
    const error = refused(person, token, change)
    if (error !== undefined) {
      const back = new URL('/account', publicUrl)
      back.searchParams.set('error', error)
      return res.redirect(302, back.href)
    }
    const answer = await ask(req, { path: '/verify-email', query })
    if (people.find(person.id)?.email === change.to) {
      waysIn.endLinks(person.id)
      invitations.endTo(change.from)
      mailer.forgetInvitations()
      mailer.send(mails.addressChanged({ id: person.id, email: change.from }))
    }
    await passRedirect(res, answer, publicUrl)
  })
}
