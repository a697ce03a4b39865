import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import { limits } from '../limits.ts'

const name = 'logbook_guest'
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export interface GuestCookie {
  /** The guest's id, where a Cookie header holds one that was signed here. */
  read(cookie: string): string | undefined
  /** The Set-Cookie header that makes a browser be this guest. */
  write(id: string): string
}

/** Who a guest is from one visit to the next: an id that nobody can make up, since it is signed. */
export const guestCookieOf = ({ secret, secure }: { secret: Buffer; secure: boolean }): GuestCookie => {
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
