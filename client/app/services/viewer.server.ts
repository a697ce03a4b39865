import { pageOf } from '@logbook/contracts/http/address.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { shownUnread } from '@logbook/contracts/http/shown-unread.ts'
import { accessClaims, type Role } from '@logbook/contracts/identity.ts'
import { data, redirect } from 'react-router'

/** The signed-in reader of the page. */
export interface Viewer {
  id: string
  name: string
  role: Role
  /** How many notices are unread, as it is shown; empty for none. */
  unread: string
}

const templateToken = /^[0-9a-f]{32}$/

const payloadOf = (token: string): unknown => {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  } catch {
    return undefined
  }
}

/**
 * Reads the token that the gateway sent, to decide what a page offers, never what it may do: each service verifies
 * the token by itself.
 */
export const viewerOf = (request: Request): Viewer | undefined => {
  const template = request.headers.get(names.readerTemplate)
  // The gateway replaces them with what each reader's page says.
  if (template !== null && templateToken.test(template)) {
    const placeOf = (what: string) => `reader-${what}-${template}`
    return { id: placeOf('id'), name: placeOf('name'), role: 'reader', unread: placeOf('unread') }
  }
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.get('Authorization') ?? '') ?? []
  const claims = accessClaims.safeParse(token === undefined ? undefined : payloadOf(token))
  if (!claims.success || claims.data.kind !== 'person') return undefined
  const { sub: id, name, role } = claims.data
  const unread = Number(request.headers.get(names.unreadNotices) ?? 0)
  return { id, name, role, unread: Number.isInteger(unread) ? shownUnread(unread) : '' }
}

/** The sign-in page, with a return to this page. */
export const signInFor = (request: Request): string => {
  const { pathname, search } = new URL(request.url)
  return `/sign-in?${new URLSearchParams({ next: `${pageOf(pathname)}${search}` })}`
}

/** For pages that need a role. Redirects anonymous readers to sign-in; others without such a role get 403. */
export const viewerWith = (request: Request, roles: readonly Role[]): Viewer => {
  const viewer = viewerOf(request)
  if (viewer === undefined) throw redirect(signInFor(request))
  if (!roles.includes(viewer.role)) throw data(null, { status: 403 })
  return viewer
}
