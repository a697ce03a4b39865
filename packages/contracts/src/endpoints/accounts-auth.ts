import { z } from 'zod'
import { anyone, people } from '../http/access.ts'
import {
  addressConfirmed,
  joined,
  passkeyCreationOptions,
  passkeyRequestOptions,
} from '../http/account-answers.ts'
import {
  accountBodies,
  accountBytesMax as bodyBytesMax,
  passkeyBody,
  passkeyId,
  verifyEmailQuery,
} from '../http/accounts.ts'
import { type Endpoints, json } from '../http/endpoint.ts'

const under = '/api/accounts'
const done = { '204': { description: 'Done.' } }
const mailed = {
  '200': json(z.object({ status: z.literal('check-your-mail') }), 'The same in every case.', {
    status: 'check-your-mail',
  }),
}
const signedIn = { '200': json(joined, 'Signed in: the session is a cookie.') }
const password = 'a few words in a row'
const email = 'reader@blog.example'
const tooMany = ['too-many'] as const

/** Sign-up and sign-in: the endpoints of better-auth that accounts serves. */
const passkey = z.looseObject({
  id: z.string(),
  name: z.string().nullable(),
  createdAt: z.string().nullable(),
})
export const authRows = {
  'POST /auth/sign-up/email': {
    id: 'signUp',
    summary: 'Sign up',
    details:
      'A mail with a link that confirms the address follows. An address that has an account gets another mail; the answer is the same.',
    access: anyone,
    under,
    body: accountBodies.signUp,
    bodyBytesMax,
    example: { name: 'A reader', email, password },
    answers: mailed,
    refusals: [...tooMany, 'forbidden'],
  },
  'POST /auth/sign-in/email': {
    id: 'signIn',
    summary: 'Sign in with a password',
    details: 'The session is a cookie. A wrong password and an unknown address get the same answer.',
    access: anyone,
    under,
    body: accountBodies.signIn,
    bodyBytesMax,
    example: { email, password },
    answers: signedIn,
    refusals: [...tooMany, 'forbidden'],
  },
  'POST /auth/sign-in/social': {
    id: 'signInSocial',
    summary: 'Sign in with GitHub or Google, where the blog has keys for them',
    access: anyone,
    under,
    body: accountBodies.signInSocial,
    bodyBytesMax,
    answers: { '200': json(z.looseObject({ url: z.string() }), '`url` is where to go on.') },
    refusals: tooMany,
  },
  'GET /auth/callback/:provider': {
    id: 'socialCallback',
    summary: 'The callback of GitHub and Google',
    access: anyone,
    under,
    params: { provider: z.string() },
    query: z.object({}).catchall(z.string().max(2_000)),
    answers: { '302': { description: 'To a page of the blog, signed in or with what went wrong.' } },
    refusals: [...tooMany, 'invalid'],
  },
  'POST /auth/sign-out': {
    id: 'signOut',
    summary: 'Sign out',
    access: anyone,
    under,
    body: z.looseObject({}),
    // Nothing in it matters.
    accepts: z.unknown(),
    bodyBytesMax,
    example: {},
    answers: done,
  },
  'POST /auth/sign-out-everywhere': {
    id: 'signOutEverywhere',
    summary: 'End every session of one’s own and revoke every API token, with `passkeys` the passkeys too',
    details: 'The session of this request ends too. Links in mails that set a password are revoked.',
    access: people,
    under,
    body: accountBodies.signOutEverywhere,
    bodyBytesMax,
    example: { passkeys: false },
    answers: done,
  },
  'POST /auth/request-password-reset': {
    id: 'requestPasswordReset',
    summary: 'Ask for a mail with a link that sets a new password',
    details: 'The answer is the same whether or not there is such an account.',
    access: anyone,
    under,
    body: accountBodies.address,
    bodyBytesMax,
    example: { email },
    answers: mailed,
    refusals: tooMany,
  },
  'POST /auth/reset-password': {
    id: 'resetPassword',
    summary: 'Set a new password with the secret of that mail; sessions, API tokens and passkeys end',
    access: anyone,
    under,
    body: accountBodies.resetPassword,
    bodyBytesMax,
    answers: done,
    refusals: [...tooMany, 'forbidden', 'conflict'],
  },
  'POST /auth/send-verification-email': {
    id: 'sendVerification',
    summary: 'Send the mail that confirms an address once more',
    access: anyone,
    under,
    body: accountBodies.address,
    bodyBytesMax,
    example: { email },
    answers: mailed,
    refusals: tooMany,
  },
  'GET /auth/verify-email': {
    id: 'verifyEmail',
    summary: 'Redirect links in earlier mails to the page that confirms an address',
    access: anyone,
    under,
    query: verifyEmailQuery,
    answers: {
      '302': { description: 'To a page of the blog. Nothing is confirmed, and no one is signed in.' },
    },
  },
  'POST /auth/verify-email': {
    id: 'confirmEmail',
    summary: 'Confirm an address with the secret of the mail',
    details:
      'For a new account, signs in where no session is open, and leaves an open session unchanged. For a change of address, the person who asked for it must be signed in.',
    access: anyone,
    under,
    body: accountBodies.verifyEmail,
    bodyBytesMax,
    answers: { '200': json(addressConfirmed, 'Confirmed.') },
    refusals: [...tooMany, 'conflict'],
  },
  'GET /auth/passkey/generate-authenticate-options': {
    id: 'passkeyOptions',
    summary: 'Start to sign in with a passkey',
    access: anyone,
    under,
    answers: { '200': json(passkeyRequestOptions, 'WebAuthn request options.') },
  },
  'POST /auth/passkey/verify-authentication': {
    id: 'signInWithPasskey',
    summary: 'Sign in with a passkey',
    access: anyone,
    under,
    body: passkeyBody,
    bodyBytesMax,
    answers: signedIn,
    refusals: tooMany,
  },
  'POST /auth/change-email': {
    id: 'changeEmail',
    summary: 'Ask for a change of one’s own address',
    details:
      'A mail with a link goes to the new address; opened while signed in, it changes the address, and the old one is notified. An address that has an account gets the same answer.',
    access: people,
    under,
    body: accountBodies.changeEmail,
    bodyBytesMax,
    answers: mailed,
    refusals: tooMany,
  },
  'POST /auth/change-password': {
    id: 'changePassword',
    summary: 'Change one’s own password; other sessions end, and with `revokeWaysIn` API tokens and passkeys',
    access: people,
    under,
    body: accountBodies.changePassword,
    bodyBytesMax,
    answers: done,
    refusals: tooMany,
  },
  'GET /auth/passkey/generate-register-options': {
    id: 'newPasskeyOptions',
    summary: 'Start to add a passkey',
    access: people,
    under,
    query: z.object({ name: z.string().max(100).optional() }),
    answers: { '200': json(passkeyCreationOptions, 'WebAuthn creation options.') },
  },
  'POST /auth/passkey/verify-registration': {
    id: 'addPasskey',
    summary: 'Add a passkey',
    access: people,
    under,
    body: passkeyBody,
    bodyBytesMax,
    answers: { '200': json(z.looseObject({}), 'The passkey.') },
  },
  'GET /auth/passkey/list-user-passkeys': {
    id: 'listPasskeys',
    summary: 'One’s own passkeys',
    access: people,
    under,
    answers: { '200': json(z.array(passkey), 'All of them.') },
  },
  'POST /auth/passkey/delete-passkey': {
    id: 'deletePasskey',
    summary: 'Remove a passkey',
    access: people,
    under,
    body: passkeyId,
    bodyBytesMax,
    answers: done,
    refusals: ['not-found'],
  },
} as const satisfies Endpoints
