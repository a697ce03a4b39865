import type { ApiToken, Me, Session, SignInOptions } from '@logbook/contracts/http/account-answers.ts'
import { roles } from '@logbook/contracts/identity.ts'
import { tokenScopes } from '@logbook/contracts/token-scopes.ts'
import { data, redirect } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { type Form, field, onceFor } from '../../services/form.server.ts'
import { signInFor, viewerWith } from '../../services/viewer.server.ts'
import { askAccounts, type Command, cookiesOf, refuse } from './ask-accounts.server.ts'
import { deviceOf } from './device.server.ts'
import type { FormAnswer } from './form-answer.ts'
import { loadOptions, wordsOf } from './mail.server.ts'
import type { Passkey } from './shapes.ts'

type Asking = { blog: Blog; request: Request }

/** An answer that is a list, empty where it could not be had. */
const listOf = async <Entry>(asking: Asking, path: string): Promise<Entry[]> => {
  const answer = await askAccounts<Entry[]>({ ...asking, path })
  return answer.ok ? answer.body : []
}

/** All that a person sees of their own account. */
export const loadAccount = async (asking: Asking) => {
  viewerWith(asking.request, roles)
  const [me, sessions, tokens, passkeys] = await Promise.all([
    askAccounts<Me>({ ...asking, path: '/me' }),
    listOf<Session>(asking, '/sessions'),
    listOf<ApiToken>(asking, '/tokens'),
    listOf<Passkey>(asking, '/auth/passkey/list-user-passkeys'),
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
    isAddressNew,
    requestKey: crypto.randomUUID(),
  }
}

/** A form of the account page: what it asks of accounts, and what is said when it was done. */
interface Step {
  ask: (form: Form) => { path: string; method: 'POST' | 'PATCH' | 'DELETE'; body?: unknown }
  done: string | ((form: Form, options: SignInOptions) => string)
}

const withId = (path: string, form: Form): string => `${path}/${encodeURIComponent(field(form, 'id'))}`

const steps: Readonly<Record<string, Step>> = {
  rename: {
    ask: (form) => ({ path: '/me', method: 'PATCH', body: { name: field(form, 'name').trim() } }),
    done: 'Your name was changed. Your posts and comments show the new name.',
  },
  password: {
    ask: (form) => ({
      path: '/auth/change-password',
      method: 'POST',
      body: {
        currentPassword: field(form, 'currentPassword'),
        newPassword: field(form, 'newPassword'),
        revokeWaysIn: form.has('revokeWaysIn'),
      },
    }),
    done: (form) =>
      form.has('revokeWaysIn')
        ? 'Your password was changed. All other sessions were ended, and API tokens and passkeys were revoked.'
        : 'Your password was changed, and all other sessions were ended.',
  },
  address: {
    ask: (form) => ({
      path: '/auth/change-email',
      method: 'POST',
      body: {
        email: field(form, 'email').trim(),
        ...(form.has('currentPassword') ? { currentPassword: field(form, 'currentPassword') } : {}),
      },
    }),
    done: (_, options) => wordsOf(options).addressAsked,
  },
  'end-session': {
    ask: (form) => ({ path: withId('/sessions', form), method: 'DELETE' }),
    done: 'The session was ended.',
  },
  'remove-token': {
    ask: (form) => ({ path: withId('/tokens', form), method: 'DELETE' }),
    done: 'The token was revoked.',
  },
  'remove-passkey': {
    ask: (form) => ({
      path: '/auth/passkey/delete-passkey',
      method: 'POST',
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
  const answer = await askAccounts<ApiToken & { token: string }>({
    blog,
    request,
    path: '/tokens',
    method: 'POST',
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
  const answer = await askAccounts({ blog, request, path: `/people/${id}`, method: 'DELETE' })
  if (!answer.ok) return refuse(answer, form)
  throw redirect(`/erasures/${id}`, { headers: cookiesOf(answer) })
}

/** Redirects to sign-in after every session has ended. */
const signOutEverywhere = async ({ blog, request, form }: Command) => {
  const answer = await askAccounts({
    blog,
    request,
    path: '/auth/sign-out-everywhere',
    method: 'POST',
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
  if (intent === 'sign-out-everywhere') return signOutEverywhere(command)
  const step = Object.hasOwn(steps, intent) ? steps[intent] : undefined
  if (step === undefined) throw data(null, { status: 400 })
  const answer = await askAccounts({ blog, request, ...step.ask(form) })
  if (!answer.ok) return refuse(answer, form)
  const done =
    typeof step.done === 'string' ? step.done : step.done(form, await loadOptions({ blog, request }))
  const said: AccountAnswer = { intent, done, errors: {}, values: {} }
  return data(said, { headers: cookiesOf(answer) })
}
