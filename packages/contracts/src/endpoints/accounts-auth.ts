import { z } from 'zod'
import { anyone, people } from '../http/access.ts'
import { addressConfirmed, joined } from '../http/account-answers.ts'
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
  '200': json(z.object({ status: z.literal('check-your-mail') }), 'Whatever is the case.', {
    status: 'check-your-mail',
  }),
}
const signedIn = { '200': json(joined, 'Signed in: the session is a cookie.') }
const password = 'a few words in a row'
const email = 'reader@blog.example'
const tooMany = ['too-many'] as const
const open = z.looseObject({})

/** Sign-up and sign-in: the endpoints of better-auth that accounts serves. */
const passkey = z.looseObject({
  id: z.string(),
  name: z.string().nullable(),
  createdAt: z.string().nullable(),
})
export const authRows = {
  'POST /auth/sign-up/email': {
    id: 'signUp',
    summary: 'Make an account',
    details:
      'A mail follows, with a link that confirms the address. Whoever has one already gets another mail, and the same answer.',
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
    details: 'The session is a cookie. A wrong password and an unknown address are answered alike.',
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
    summary: 'Where GitHub and Google send people back to',
    access: anyone,
    under,
    answers: { '302': { description: 'To a page of the blog, signed in or with what went wrong.' } },
    refusals: [...tooMany, 'invalid'],
  },
  'POST /auth/sign-out': {
    id: 'signOut',
    summary: 'Sign out',
    access: anyone,
    under,
    body: z.looseObject({}),
    bodyBytesMax,
    example: {},
    answers: done,
  },
  'POST /auth/sign-out-everywhere': {
    id: 'signOutEverywhere',
    summary: 'End every session of one’s own and revoke every API token, with `passkeys` the passkeys too',
    details: 'The session that asks ends as well. Links in mails that set a password are good no more.',
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
    details: 'Answered alike whether there is such an account or not.',
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
    summary: 'Where links in earlier mails lead: on to the page that confirms an address',
    access: anyone,
    under,
    query: verifyEmailQuery,
    answers: { '302': { description: 'To a page of the blog. Nothing is confirmed, and nobody signed in.' } },
  },
  'POST /auth/verify-email': {
    id: 'confirmEmail',
    summary: 'Confirm an address with the secret of the mail',
    details:
      'Of a new account: it signs in where nobody is signed in, and leaves a session of someone else as it is. Of another address for an account: for who asked for it, signed in.',
    access: anyone,
    under,
    body: accountBodies.verifyEmail,
    bodyBytesMax,
    answers: { '200': json(addressConfirmed, 'Confirmed.') },
    refusals: [...tooMany, 'conflict'],
  },
  'GET /auth/passkey/generate-authenticate-options': {
    id: 'passkeyOptions',
    summary: 'Begin to sign in with a passkey',
    access: anyone,
    under,
    answers: { '200': json(open, 'WebAuthn request options.') },
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
    summary: 'Ask for another address of one’s own',
    details:
      'A mail with a link follows to the new address; opened signed in, it makes that the address, and the former one is told. An address that has an account is answered alike.',
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
    summary: 'Begin to add a passkey',
    access: people,
    under,
    answers: { '200': json(open, 'WebAuthn creation options.') },
  },
  'POST /auth/passkey/verify-registration': {
    id: 'addPasskey',
    summary: 'Add a passkey',
    access: people,
    under,
    body: passkeyBody,
    bodyBytesMax,
    answers: { '200': json(open, 'The passkey.') },
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
