import { timingSafeEqual } from 'node:crypto'
import { Problem } from '@logbook/chassis/problem.ts'
import type { RequestHandler } from 'express'

const credentials = /^Bearer +(\S+) *$/i

/**
 * Lets in who sends `Authorization: Bearer` with this token. Whoever sends none is told what to send, `unauthenticated`; another
 * token is `forbidden`. The comparison takes equally long wherever a wrong token of the right length goes wrong.
 */
export const createGuard = (token: string): RequestHandler => {
  const expected = Buffer.from(token)
  return (req, res, next) => {
    const given = credentials.exec(req.headers.authorization ?? '')?.[1]
    if (given === undefined) {
      res.set('WWW-Authenticate', 'Bearer realm="event-bus"')
      throw new Problem('unauthenticated', {
        detail: 'Send Authorization: Bearer and the token of this bus.',
      })
    }
    const bytes = Buffer.from(given)
    if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected))
      throw new Problem('forbidden', { detail: 'This is not the token of this bus.' })
    next()
  }
}
