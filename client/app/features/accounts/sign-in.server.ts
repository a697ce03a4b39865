import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { ownPage } from '@logbook/contracts/http/address.ts'
import { data, redirect } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { call } from '../../services/call.server.ts'
import { field } from '../../services/form.server.ts'
import { type Command, cookiesOf, refuse } from './form.server.ts'
import type { FormAnswer } from './form-answer.ts'
import { loadOptions, wordsOf } from './mail.server.ts'

/** Which ways in there are, and where they lead. */
export const loadSignIn = async ({ blog, request }: { blog: Blog; request: Request }) => {
  const options = await loadOptions({ blog, request })
  const search = new URL(request.url).searchParams
  return {
    options,
    next: ownPage(search.get('next')),
    error: search.get('error'),
  }
}

const said = (done: string, { form }: Command) =>
  data({ intent: field(form, 'intent'), done, errors: {}, values: {} } satisfies FormAnswer)

/** Signs in with e-mail and password, and redirects to the page the person came from. */
export const signIn = async ({ blog, request, form }: Command) => {
  const answer = await call(accountEndpoints, 'POST /auth/sign-in/email', {
    ...{ blog, request },
    body: {
      email: field(form, 'email').trim(),
      password: field(form, 'password'),
      rememberMe: form.has('remember'),
    },
  })
  if (!answer.ok && 'reason' in answer.problem && answer.problem.reason === 'address-not-confirmed') {
    const detail = wordsOf(await loadOptions({ blog, request })).notConfirmed
    return refuse({ ...answer, problem: { ...answer.problem, detail } }, form)
  }
  if (!answer.ok) return refuse(answer, form)
  throw redirect(ownPage(field(form, 'next')), { headers: cookiesOf(answer) })
}

/** Creates an account. The answer is the same for an address that has one: a mail says so. */
export const signUp = async (command: Command) => {
  const { blog, request, form } = command
  const answer = await call(accountEndpoints, 'POST /auth/sign-up/email', {
    ...{ blog, request },
    body: {
      name: field(form, 'name').trim(),
      email: field(form, 'email').trim(),
      password: field(form, 'password'),
    },
  })
  if (!answer.ok) return refuse(answer, form)
  return said(wordsOf(await loadOptions(command)).signedUp, command)
}

export const signOut = async ({ blog, request }: Omit<Command, 'form'>) => {
  const answer = await call(accountEndpoints, 'POST /auth/sign-out', { blog, request, body: {} })
  throw redirect('/', { headers: cookiesOf(answer) })
}

export const askForReset = async (command: Command) => {
  const { blog, request, form } = command
  const email = field(form, 'email').trim()
  const body = { email }
  const answer = await call(accountEndpoints, 'POST /auth/request-password-reset', { blog, request, body })
  if (!answer.ok) return refuse(answer, form)
  return said(wordsOf(await loadOptions(command)).resetAsked, command)
}

export const resetPassword = async ({ blog, request, form }: Command) => {
  const answer = await call(accountEndpoints, 'POST /auth/reset-password', {
    ...{ blog, request },
    body: { token: field(form, 'token'), newPassword: field(form, 'newPassword') },
  })
  if (!answer.ok) return refuse(answer, form)
  throw redirect('/sign-in?done=reset', { headers: cookiesOf(answer) })
}

/** The address that a link is to confirm, to be shown: accounts alone tells whether the link is good. */
export const addressIn = (token: string): string | undefined => {
  try {
    const claims: Record<string, unknown> = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    )
    return [claims.updateTo, claims.email].find((claim) => typeof claim === 'string')
  } catch {
    return undefined
  }
}

export const confirmAddress = async (command: Command) => {
  const { blog, request, form } = command
  const token = field(form, 'token')
  const body = { token }
  const answer = await call(accountEndpoints, 'POST /auth/verify-email', { blog, request, body })
  if (!answer.ok && answer.status === 401) {
    const next = `/confirm-address?${new URLSearchParams({ token })}`
    throw redirect(`/sign-in?${new URLSearchParams({ next })}`)
  }
  if (!answer.ok) return refuse(answer, form)
  const { of, signedIn } = answer.body
  if (signedIn)
    throw redirect(of === 'account' ? '/account?address=changed' : '/account', { headers: cookiesOf(answer) })
  return said('The address is confirmed. Sign in with it to use its account.', command)
}

/** Creates the owner of a new blog, and continues to its set-up. */
export const setUp = async ({ blog, request, form }: Command) => {
  const answer = await call(accountEndpoints, 'POST /setup', {
    ...{ blog, request },
    body: {
      token: field(form, 'token'),
      name: field(form, 'name').trim(),
      email: field(form, 'email').trim(),
      password: field(form, 'password'),
    },
  })
  if (!answer.ok) return refuse(answer, form)
  throw redirect('/begin', { headers: cookiesOf(answer) })
}

/** The address of a provider's page, which the browser is redirected to. */
export const beginSocial = async ({
  blog,
  request,
  provider,
}: Omit<Command, 'form'> & { provider: string }) => {
  const callbackURL = ownPage(new URL(request.url).searchParams.get('next'))
  const answer = await call(accountEndpoints, 'POST /auth/sign-in/social', {
    ...{ blog, request },
    body: { provider, callbackURL },
  })
  if (!answer.ok) throw data(null, { status: answer.status === 503 ? 503 : 404 })
  throw redirect(answer.body.url, { headers: cookiesOf(answer) })
}
