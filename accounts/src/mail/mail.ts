export interface Mail {
  to: string
  /** Whose it is, so that it is forgotten with them, to whatever address it went; absent where they have no account. */
  personId?: string
  /** The invitation in it: it is forgotten once that is used, withdrawn or too old. */
  invitationId?: string
  subject: string
  /** It goes into no log: whoever has the link in it can take the account. */
  text: string
}

/** A mail that waits: its id and time stay the same however often it is tried. */
export interface WaitingMail extends Mail {
  id: string
  /** When it was written, RFC 3339 in UTC. */
  at: string
}

/** Whose mails are to be forgotten: by their account, and by an address. */
export interface Forgotten {
  personId: string
  address: string
}

/** What takes mails away from here. */
export interface Post {
  /** Resolves once the mail is handed over, from the blog by its title. Throws `Undelivered` where it knows why it is not. */
  deliver(mail: WaitingMail, blogTitle: string): Promise<void>
  /** Removes what it keeps of delivered mails. */
  forget(whose: Forgotten): void
  /** Removes what it keeps of delivered mails whose invitation is open no more. */
  forgetInvitations(isOpen: (invitationId: string) => boolean): void
}
