export interface Mail {
  to: string
  /** The recipient, whose erasure deletes it; absent where they have no account. */
  personId?: string
  /** The invitation in it. The mail is deleted once that is used, withdrawn or expired. */
  invitationId?: string
  subject: string
  /** Must not be logged: the link in it opens the account. */
  text: string
}

/** A mail in the queue. Its id and time stay the same across attempts. */
export interface WaitingMail extends Mail {
  id: string
  /** When it was written, RFC 3339 in UTC. */
  at: string
}

/** An erased person, by account and by address, whose mails must be deleted. */
export interface Forgotten {
  personId: string
  address: string
}

/** Delivers mails: by SMTP, or to a folder. */
export interface Post {
  /** Resolves once the mail is handed over. Throws `Undelivered` with the reason where it is known. */
  deliver(mail: WaitingMail, blogTitle: string): Promise<void>
  /** Removes its copies of mails to an erased person. */
  forget(whose: Forgotten): void
  /** Removes its copies of mails whose invitation is no longer open. */
  forgetInvitations(isOpen: (invitationId: string) => boolean): void
}
