import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { BetterAuthOptions } from 'better-auth'
import type { Config } from '../config.ts'
import { limits } from '../limits.ts'
import type { Mailer } from '../mail/mailer.ts'
import { mails } from '../mail/texts.ts'
import { createCredentials } from '../people/credentials.ts'
import { changeIn, type EmailChanges } from './email-changes.ts'

export interface MailingOptions {
  db: Database
  mailer: Mailer
  emailChanges: EmailChanges
  config: Pick<Config, 'publicUrl'>
  /** Called when a person changed. */
  onChange: () => void
}

/** better-auth's callbacks that send mails, and what follows when a password is reset. */
export const mailing = (
  { mailer, config: { publicUrl }, db, emailChanges, onChange }: MailingOptions,
  resetLink: (id: string) => Promise<string>,
) => {
  return {
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      autoSignInAfterVerification: true,
      expiresIn: limits.verificationMinutesMax * 60,
      // `user.email` is the address to confirm: of a new account, or the new one of an existing account.
      sendVerificationEmail: async ({ user, token }) => {
        const isOther = changeIn(token) !== undefined
        // A page with a button: software that fetches links must not confirm an address or sign anyone in.
        const link = `${publicUrl}/confirm-address?${new URLSearchParams({ token })}`
        if (!isOther) return mailer.send(mails.confirmAddress(user, link))
        db.transaction(() => {
          emailChanges.begin(user.id, token)
          mailer.send(mails.confirmOtherAddress(user, link))
        }).immediate()
      },
    },
    emailAndPassword: {
      sendResetPassword: async ({ user, token }) => {
        mailer.send(mails.resetPassword(user, `${publicUrl}/reset-password?token=${token}`))
      },
      // The reader of the mail owns the address, and so an account that someone else has begun with it.
      onPasswordReset: async ({ user }) => {
        db.transaction(() => {
          const isFirst = db.prepare('UPDATE user SET emailVerified = 1 WHERE id = ? AND emailVerified = 0')
          // Sign-in by other sites, which that someone may have linked, is removed.
          if (isFirst.run(user.id).changes > 0)
            db.prepare("DELETE FROM account WHERE userId = ? AND providerId <> 'credential'").run(user.id)
          // The old password may be known to someone else, who may have made credentials of their own.
          const credentials = createCredentials(db)
          credentials.endLinks(user.id)
          credentials.revoke(user.id)
          mailer.send(mails.passwordChanged(user, `${publicUrl}/forgot-password`))
        }).immediate()
        onChange()
      },
      onExistingUserSignUp: async ({ user }) => {
        mailer.send(mails.knownAddress(user, await resetLink(user.id)))
      },
    },
  } satisfies {
    emailVerification: BetterAuthOptions['emailVerification']
    emailAndPassword: Partial<BetterAuthOptions['emailAndPassword']>
  }
}
