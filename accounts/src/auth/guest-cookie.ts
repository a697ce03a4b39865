import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import { limits } from '../limits.ts'

const name = 'logbook_guest'
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export interface GuestCookie {
  /** The guest's id from a Cookie header; undefined where it holds none that was signed here. */
  read(cookie: string): string | undefined
  /** The Set-Cookie header for a guest. */
  write(id: string): string
}

/** A signed cookie with the id of a guest, so that a guest is the same one at the next visit. */
export const createGuestCookie = ({ secret, secure }: { secret: Buffer; secure: boolean }): GuestCookie => {
  const sign = (id: string) => createHmac('sha256', secret).update(id).digest()
  return {
    read(cookie) {
      const [id = '', signature = ''] = (parseCookie(cookie)[name] ?? '').split('.')
      const given = Buffer.from(signature, 'base64url')
      const expected = sign(id)
      return uuid.test(id) && given.length === expected.length && timingSafeEqual(given, expected)
        ? id
        : undefined
    },
    write: (id) =>
      stringifySetCookie({
        name,
        value: `${id}.${sign(id).toString('base64url')}`,
        httpOnly: true,
        sameSite: 'lax',
        secure,
        path: '/',
        maxAge: limits.guestCookieDaysMax * 86_400,
      }),
  }
}
