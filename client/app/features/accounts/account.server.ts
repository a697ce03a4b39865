import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import type { SignInOptions } from '@logbook/contracts/http/account-answers.ts'
import { roles } from '@logbook/contracts/identity.ts'
import { tokenScopes } from '@logbook/contracts/token-scopes.ts'
import { data, redirect } from 'react-router'
import type { Answer } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call } from '../../services/call.server.ts'
import { type Form, field, onceFor } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { signInFor, viewerWith } from '../../services/viewer.server.ts'
import { writes } from '../page/viewer.ts'
import { deviceOf } from './device.server.ts'
import { type Command, cookiesOf, refuse } from './form.server.ts'
import type { FormAnswer } from './form-answer.ts'
import { loadOptions, wordsOf } from './mail.server.ts'

type Asking = { blog: Blog; request: Request }

/** A list that was asked for; empty where it could not be had. */
const orNone = <Entry>(answer: Answer<Entry[]>): Entry[] => (answer.ok ? answer.body : [])

const picturesMax = 24

/** Their newest pictures; null where they could not be listed. */
const picturesOf = async (asking: Asking) => {
  const query = { state: 'finished', owner: 'me', limit: String(picturesMax) }
  const answer = await call(mediaEndpoints, 'GET /media', { ...asking, query })
  return answer.ok ? answer.body.filter(({ picture }) => picture !== null) : null
}

const passwordDone: Readonly<Record<string, string>> = {
  sessions: 'Your password was changed, and all other sessions were ended.',
  all: 'Your password was changed. All other sessions were ended, and API tokens and passkeys were revoked.',
}

const saidOf = (query: URLSearchParams): AccountAnswer | undefined => {
  const done = passwordDone[query.get('password') ?? '']
  return done === undefined ? undefined : { intent: 'password', done, errors: {}, values: {} }
}

/** All that a person sees of their own account. */
export const loadAccount = async (asking: Asking) => {
  const { role } = viewerWith(asking.request, roles)
  const [me, sessions, tokens, passkeys, pictures] = await Promise.all([
    call(accountEndpoints, 'GET /me', asking),
    call(accountEndpoints, 'GET /sessions', asking).then(orNone),
    call(accountEndpoints, 'GET /tokens', asking).then(orNone),
    call(accountEndpoints, 'GET /auth/passkey/list-user-passkeys', asking).then(orNone),
    writes(role) ? picturesOf(asking) : undefined,
  ])
  if (!me.ok && me.status === 401) throw redirect(signInFor(asking.request))
  // A token made in the data folder has a role, and no account.
  if (!me.ok) throw data(null, { status: me.status === 404 ? 403 : 503 })
  const query = new URL(asking.request.url).searchParams
  const isAddressNew = query.get('address') === 'changed'
  const named = sessions.map(({ userAgent, ...session }) => ({ ...session, device: deviceOf(userAgent) }))
  return {
    me: me.body,
    sessions: named,
    tokens,
    passkeys,
    pictures,
    isAddressNew,
    said: saidOf(query),
    requestKey: crypto.randomUUID(),
  }
}

/** A form of the account page: what it sends to accounts, and what is said when it was done. */
interface Step {
  send: (form: Form, asking: Asking) => Promise<Answer<unknown>>
  done: string | ((options: SignInOptions) => string)
}

const steps: Readonly<Record<string, Step>> = {
  rename: {
    send: (form, asking) =>
      call(accountEndpoints, 'PATCH /me', { ...asking, body: { name: field(form, 'name').trim() } }),
    done: 'Your name was changed. Your posts and comments show the new name.',
  },
  portrait: {
    send: (form, asking) =>
      call(accountEndpoints, 'PATCH /me', { ...asking, body: { picture: field(form, 'picture') } }),
    done: 'Your picture was changed.',
  },
  'remove-portrait': {
    send: (_form, asking) => call(accountEndpoints, 'PATCH /me', { ...asking, body: { picture: null } }),
    done: 'Your picture was removed. Your initials stand beside your name.',
  },
  address: {
    send: (form, asking) =>
      call(accountEndpoints, 'POST /auth/change-email', {
        ...asking,
        body: {
          email: field(form, 'email').trim(),
          ...(form.has('currentPassword') ? { currentPassword: field(form, 'currentPassword') } : {}),
        },
      }),
    done: (options) => wordsOf(options).addressAsked,
  },
  'end-session': {
    send: (form, asking) =>
      call(accountEndpoints, 'DELETE /sessions/:id', { ...asking, params: { id: field(form, 'id') } }),
    done: 'The session was ended.',
  },
  'remove-token': {
    send: (form, asking) =>
      call(accountEndpoints, 'DELETE /tokens/:id', { ...asking, params: { id: field(form, 'id') } }),
    done: 'The token was revoked.',
  },
  'remove-passkey': {
    send: (form, asking) =>
      call(accountEndpoints, 'POST /auth/passkey/delete-passkey', {
        ...asking,
        body: { id: field(form, 'id') },
      }),
    done: 'The passkey was removed.',
  },
}

export interface AccountAnswer extends FormAnswer {
  /** A token that was just made: shown this once. */
  token?: string
}

const addToken = async ({ blog, request, form }: Command) => {
  const scopes = tokenScopes.filter((scope) => form.has(`scope-${scope}`))
  const answer = await call(accountEndpoints, 'POST /tokens', {
    ...{ blog, request },
    headers: onceFor(form),
    body: {
      name: field(form, 'name').trim(),
      days: Number(field(form, 'days')),
      ...(scopes.length > 0 ? { scopes } : {}),
    },
  })
  if (!answer.ok) return refuse(answer, form)
  const { token } = answer.body
  return data({ intent: 'add-token', token, errors: {}, values: {} } satisfies AccountAnswer)
}

const eraseOneself = async ({ blog, request, form }: Command) => {
  const { id } = viewerWith(request, roles)
  const answer = await call(accountEndpoints, 'DELETE /people/:id', { blog, request, params: { id } })
  if (!answer.ok) return refuse(answer, form)
  throw redirect(`/erasures/${id}`, { headers: cookiesOf(answer) })
}

/** The session of the request ends with the others, and the answer brings another one: the page is loaded with that. */
const changePassword = async ({ blog, request, form }: Command) => {
  const isAll = form.has('revokeWaysIn')
  const answer = await call(accountEndpoints, 'POST /auth/change-password', {
    ...{ blog, request },
    body: {
      currentPassword: field(form, 'currentPassword'),
      newPassword: field(form, 'newPassword'),
      revokeWaysIn: isAll,
    },
  })
  if (!answer.ok) return refuse(answer, form)
  throw redirect(`/account?password=${isAll ? 'all' : 'sessions'}#password`, { headers: cookiesOf(answer) })
}

/** Redirects to sign-in after every session has ended. */
const signOutEverywhere = async ({ blog, request, form }: Command) => {
  const answer = await call(accountEndpoints, 'POST /auth/sign-out-everywhere', {
    ...{ blog, request },
    body: { passkeys: form.has('passkeys') },
  })
  if (!answer.ok) return refuse(answer, form)
  throw redirect('/sign-in?done=everywhere', { headers: cookiesOf(answer) })
}

/** Carries out one form of the account page. */
export const changeAccount = async (command: Command) => {
  const { blog, request, form } = command
  const intent = field(form, 'intent')
  if (intent === 'add-token') return addToken(command)
  if (intent === 'erase') return eraseOneself(command)
  if (intent === 'password') return changePassword(command)
  if (intent === 'sign-out-everywhere') return signOutEverywhere(command)
  const step = Object.hasOwn(steps, intent) ? steps[intent] : undefined
  if (step === undefined) throw data(null, { status: 400 })
  const answer = await step.send(form, { blog, request })
  if (!answer.ok) return refuse(answer, form)
  const done = typeof step.done === 'string' ? step.done : step.done(await loadOptions({ blog, request }))
  const said: AccountAnswer = { intent, done, errors: {}, values: {} }
  const headers = cookiesOf(answer)
  for (const cookie of Object.values(rememberPosition(answer))) headers.append('Set-Cookie', cookie)
  return data(said, { headers })
}
