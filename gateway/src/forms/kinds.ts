import { pageOf } from '@logbook/contracts/http/address.ts'
import type { Destination } from '../routes.ts'

/** Commands that strangers repeat, by machine and in bulk, and that are counted therefore. */
export type FormKind =
  | 'sign-up'
  | 'sign-in'
  | 'reset'
  | 'invitation'
  | 'token'
  | 'comment'
  | 'vote'
  | 'report'
  | 'import'
  | 'subscribe'
  | 'mention'
  | 'hub'

const byAddress: readonly [method: string, to: Destination['to'], path: RegExp, kind: FormKind][] = [
  ['POST', 'comments', /^\/posts\/[^/]+\/comments$/, 'comment'],
  ['PUT', 'comments', /^\/comments\/[^/]+\/vote$/, 'vote'],
  ['POST', 'posts', /^\/imports(?:\/addresses)?$/, 'import'],
  ['POST', 'comments', /^\/imports$/, 'import'],
  ['POST', 'accounts', /^\/auth\/sign-up\//, 'sign-up'],
  ['POST', 'accounts', /^\/auth\/(?:sign-in\/|passkey\/verify-authentication$)/, 'sign-in'],
  [
    'POST',
    'accounts',
    /^\/auth\/(?:request-password-reset|reset-password|send-verification-email)$/,
    'reset',
  ],
  ['POST', 'accounts', /^\/(?:setup|invitations\/(?:look|accept))$/, 'invitation'],
  ['POST', 'accounts', /^\/tokens$/, 'token'],
  // Each may send a mail to an address that somebody else has.
  ['POST', 'notifications', /^\/mail-subscriptions$/, 'subscribe'],
  // Each has a page of another host fetched.
  ['POST', 'notifications', /^\/webmention$/, 'mention'],
  ['POST', 'notifications', /^\/websub$/, 'hub'],
  ['POST', 'client', /^\/subscribe$/, 'subscribe'],
  ['POST', 'client', /^\/sign-up$/, 'sign-up'],
  ['POST', 'client', /^\/sign-in$/, 'sign-in'],
  ['POST', 'client', /^\/(?:forgot|reset)-password$/, 'reset'],
  ['POST', 'client', /^\/(?:setup|invitation)$/, 'invitation'],
  ['POST', 'client', /^\/posts\/[^/]+$/, 'comment'],
]

const intents: Readonly<Record<string, FormKind>> = {
  comment: 'comment',
  vote: 'vote',
  'create-token': 'token',
}

/** Which kind of form this is, by its address alone. */
export const formKindOf = ({
  method = '',
  to,
  url,
}: { method: string | undefined } & Destination): FormKind | undefined => {
  const asked = url.split('?', 1)[0] ?? ''
  const path = to === 'client' ? pageOf(asked) : asked
  return byAddress.find((each) => each[0] === method && each[1] === to && each[2].test(path))?.[3]
}

/** The pages of the client send several kinds of form to one address, and say in `intent` which it is. */
export const intendedKind = (
  kind: FormKind,
  { to, intent }: { to: Destination['to']; intent: unknown },
): FormKind => (to === 'client' && typeof intent === 'string' ? (intents[intent] ?? kind) : kind)
