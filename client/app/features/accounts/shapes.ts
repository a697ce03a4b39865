import type { Role } from '@logbook/contracts/identity.ts'

/** What accounts answers, as the pages use it. */
export interface PersonAccount {
  id: string
  name: string
  email: string
  role: Role
  emailVerified: boolean
  createdAt: string
}

export interface Me extends PersonAccount {
  hasPassword: boolean
  social: string[]
  passkeys: number
}

export interface SignInOptions {
  social: string[]
  signUp: 'open' | 'invited'
}

export interface Session {
  id: string
  createdAt: string
  expiresAt: string
  ipAddress: string | null
  userAgent: string | null
  current: boolean
}

export interface Token {
  id: string
  name: string
  scopes: string[] | null
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
}

export interface Passkey {
  id: string
  name: string | null
  createdAt: string | null
}

export interface Invitation {
  id: string
  email: string
  role: Role
  createdAt: string
  expiresAt: string
}

export interface Receipt {
  id: string
  erasedAt: string
  announced: boolean
  events: { id: string; type: string; position: number }[]
  services: { service: string; confirmedAt: string | null; overdue: boolean }[]
  complete: boolean
  overdue: boolean
}

/** What each role may do, in the owner's words. */
export const roleWords: Record<Role, string> = {
  reader: 'Reader: comments and votes',
  author: 'Author: writes posts of their own',
  moderator: 'Moderator: judges comments',
  owner: 'Owner: everything',
}
