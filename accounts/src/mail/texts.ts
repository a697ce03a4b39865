import type { Role } from '@logbook/contracts/identity.ts'
import type { Mail } from './mail.ts'

/** The recipient: a person with an account, confirmed or not. */
export interface Addressee {
  id: string
  email: string
}

const mail = (
  { id, email }: Addressee | { id?: never; email: string },
  subject: string,
  lines: readonly string[],
): Mail => ({
  to: email,
  ...(id === undefined ? {} : { personId: id }),
  subject,
  text: `${lines.join('\n')}\n`,
})

/** Every mail that accounts sends. None contains text that another person chose. */
export const mails = {
  confirmAddress: (to: Addressee, link: string): Mail =>
    mail(to, 'Confirm your address', [
      'Open this link to confirm your address and sign in. It is valid for one day.',
      '',
      link,
      '',
      'If you did not sign up, ignore this mail: without the link there is no account.',
    ]),
  knownAddress: (to: Addressee, link: string): Mail =>
    mail(to, 'You already have an account', [
      'Someone, perhaps you, tried to sign up with this address, which already has an account here.',
      'If you forgot your password, choose a new one:',
      '',
      link,
      '',
      'If it was not you, ignore this mail.',
    ]),
  resetPassword: (to: Addressee, link: string): Mail =>
    mail(to, 'Choose a new password', [
      'Open this link to choose a new password. It works once, within an hour.',
      '',
      link,
      '',
      'If you did not request it, ignore this mail: your password stays as it is.',
    ]),
  passwordChanged: (to: Addressee, link: string): Mail =>
    mail(to, 'Your password was changed', [
      'The password of your account was reset. Every device was signed out, and API tokens and passkeys were revoked.',
      'If it was not you, choose a new one at once:',
      '',
      link,
    ]),
  confirmOtherAddress: (to: Addressee, link: string): Mail =>
    mail(to, 'Confirm your new address', [
      'Sign in and open this link to make this the address of your account. It works once, within a day.',
      '',
      link,
      '',
      'If you have no account here, someone mistyped their address: ignore this mail.',
    ]),
  addressChanged: (to: Addressee): Mail =>
    mail(to, 'Your address was changed', [
      'The address of your account was changed to another one, which was confirmed. No more mail is sent to this one.',
      'If it was not you, contact the owner of this blog at once.',
    ]),
  invitation: ({ id, email, role }: { id: string; email: string; role: Role }, link: string): Mail => ({
    ...mail({ email }, 'You are invited', [
      `You are invited to be ${role === 'reader' ? 'a reader' : role === 'moderator' ? 'a moderator' : `an ${role}`} of this blog. The link works once, within a week.`,
      '',
      link,
      '',
      'If you did not expect an invitation, ignore this mail.',
    ]),
    invitationId: id,
  }),
} as const
