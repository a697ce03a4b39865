import type { Role } from '@logbook/contracts/identity.ts'

/** A passkey as better-auth lists it. */
export interface Passkey {
  id: string
  name: string | null
  createdAt: string | null
}

/** What each role may do, in the owner's words. */
export const roleWords: Record<Role, string> = {
  reader: 'Reader: comments and votes',
  author: 'Author: writes posts of their own',
  moderator: 'Moderator: judges comments',
  owner: 'Owner: everything',
}
