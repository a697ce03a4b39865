import { json } from '@logbook/chassis/described/operation.ts'
import type { Description } from '@logbook/chassis/described/service.ts'
import { addressConfirmed, joined } from '@logbook/contracts/http/account-answers.ts'
import { accountBodies, verifyEmailQuery } from '@logbook/contracts/http/accounts.ts'
import { z } from 'zod'
import { passkeyBody, passkeyId } from './routes/passkeys.ts'

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

/** How people sign up and in: better-auth's endpoints, those that are passed on. */
export const authOperations = {
  'POST /auth/sign-up/email': {
    id: 'signUp',
    summary: 'Make an account',
    details:
      'A mail follows, with a link that confirms the address. Whoever has one already gets another mail, and the same answer.',
    body: accountBodies.signUp,
    example: { name: 'A reader', email, password },
    answers: mailed,
    refusals: [...tooMany, 'forbidden'],
  },
  'POST /auth/sign-in/email': {
    id: 'signIn',
    summary: 'Sign in with a password',
    details: 'The session is a cookie. A wrong password and an unknown address are answered alike.',
    body: accountBodies.signIn,
    example: { email, password },
    answers: signedIn,
    refusals: [...tooMany, 'forbidden'],
  },
  'POST /auth/sign-in/social': {
    id: 'signInSocial',
    summary: 'Sign in with GitHub or Google, where the blog has keys for them',
    body: accountBodies.signInSocial,
    answers: { '200': json(open, '`url` is where to go on.') },
    refusals: tooMany,
  },
  'GET /auth/callback/:provider': {
    id: 'socialCallback',
    summary: 'Where GitHub and Google send people back to',
    answers: { '302': { description: 'To a page of the blog, signed in or with what went wrong.' } },
    refusals: [...tooMany, 'invalid'],
  },
  'POST /auth/sign-out': {
    id: 'signOut',
    summary: 'Sign out',
    body: z.looseObject({}),
    example: {},
    answers: done,
  },
  'POST /auth/sign-out-everywhere': {
    id: 'signOutEverywhere',
    summary: 'End every session of one’s own and revoke every API token, with `passkeys` the passkeys too',
    details: 'The session that asks ends as well. Links in mails that set a password are good no more.',
    body: accountBodies.signOutEverywhere,
    example: { passkeys: false },
    answers: done,
  },
  'POST /auth/request-password-reset': {
    id: 'requestPasswordReset',
    summary: 'Ask for a mail with a link that sets a new password',
    details: 'Answered alike whether there is such an account or not.',
    body: accountBodies.address,
    example: { email },
    answers: mailed,
    refusals: tooMany,
  },
  'POST /auth/reset-password': {
    id: 'resetPassword',
    summary: 'Set a new password with the secret of that mail; sessions, API tokens and passkeys end',
    body: accountBodies.resetPassword,
    answers: done,
    refusals: [...tooMany, 'forbidden', 'conflict'],
  },
  'POST /auth/send-verification-email': {
    id: 'sendVerification',
    summary: 'Send the mail that confirms an address once more',
    body: accountBodies.address,
    example: { email },
    answers: mailed,
    refusals: tooMany,
  },
  'GET /auth/verify-email': {
    id: 'verifyEmail',
    summary: 'Where links in earlier mails lead: on to the page that confirms an address',
    query: verifyEmailQuery,
    answers: { '302': { description: 'To a page of the blog. Nothing is confirmed, and nobody signed in.' } },
  },
  'POST /auth/verify-email': {
    id: 'confirmEmail',
    summary: 'Confirm an address with the secret of the mail',
    details:
      'Of a new account: it signs in where nobody is signed in, and leaves a session of someone else as it is. Of another address for an account: for who asked for it, signed in.',
    body: accountBodies.verifyEmail,
    answers: { '200': json(addressConfirmed, 'Confirmed.') },
    refusals: [...tooMany, 'conflict'],
  },
  'GET /auth/passkey/generate-authenticate-options': {
    id: 'passkeyOptions',
    summary: 'Begin to sign in with a passkey',
    answers: { '200': json(open, 'WebAuthn request options.') },
  },
  'POST /auth/passkey/verify-authentication': {
    id: 'signInWithPasskey',
    summary: 'Sign in with a passkey',
    body: passkeyBody,
    answers: signedIn,
    refusals: tooMany,
  },
  'POST /auth/change-email': {
    id: 'changeEmail',
    summary: 'Ask for another address of one’s own',
    details:
      'A mail with a link follows to the new address; opened signed in, it makes that the address, and the former one is told. An address that has an account is answered alike.',
    body: accountBodies.changeEmail,
    answers: mailed,
    refusals: tooMany,
  },
  'POST /auth/change-password': {
    id: 'changePassword',
    summary: 'Change one’s own password; other sessions end, and with `revokeWaysIn` API tokens and passkeys',
    body: accountBodies.changePassword,
    answers: done,
    refusals: tooMany,
  },
  'GET /auth/passkey/generate-register-options': {
    id: 'newPasskeyOptions',
    summary: 'Begin to add a passkey',
    answers: { '200': json(open, 'WebAuthn creation options.') },
  },
  'POST /auth/passkey/verify-registration': {
    id: 'addPasskey',
    summary: 'Add a passkey',
    body: passkeyBody,
    answers: { '200': json(open, 'The passkey.') },
  },
  'GET /auth/passkey/list-user-passkeys': {
    id: 'listPasskeys',
    summary: 'One’s own passkeys',
    answers: { '200': json(z.array(open), 'All of them.') },
  },
  'POST /auth/passkey/delete-passkey': {
    id: 'deletePasskey',
    summary: 'Remove a passkey',
    body: passkeyId,
    answers: done,
    refusals: ['not-found'],
  },
} as const satisfies Record<string, Description>
