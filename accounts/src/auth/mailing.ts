import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { BetterAuthOptions } from 'better-auth'
import type { Config } from '../config.ts'
import { limits } from '../limits.ts'
import type { Mailer } from '../mail/mailer.ts'
import { mails } from '../mail/texts.ts'
import { waysInOf } from '../people/ways-in.ts'
import { changeIn, type EmailChanges } from './email-changes.ts'

export interface MailingOptions {
  db: Database
  mailer: Mailer
  emailChanges: EmailChanges
  config: Pick<Config, 'publicUrl'>
  /** Told when a person changed. */
  onChange: () => void
}

/** What is mailed when the library asks for it, and what else a password that is set anew brings about. */
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
      // `user.email` is the address that is to be confirmed: of a new account, or the next one of an account that is there.
      sendVerificationEmail: async ({ user, token }) => {
        const isOther = changeIn(token) !== undefined
        // A page with a button: whatever fetches links must neither confirm an address nor sign anyone in.
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
      // Whoever read the mail has the address: an account that someone else began with it is theirs now.
      onPasswordReset: async ({ user }) => {
        db.transaction(() => {
          const isFirst = db.prepare('UPDATE user SET emailVerified = 1 WHERE id = ? AND emailVerified = 0')
          // With it go the ways in that whoever began it may have.
          if (isFirst.run(user.id).changes > 0)
            db.prepare("DELETE FROM account WHERE userId = ? AND providerId <> 'credential'").run(user.id)
          // A password is set anew where it is lost, or known to someone else, who may have made ways in of their own.
          const waysIn = waysInOf(db)
          waysIn.endLinks(user.id)
          waysIn.revoke(user.id)
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
