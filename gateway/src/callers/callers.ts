import type { IncomingMessage } from 'node:http'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import { isCommand } from '../checks/cross-site.ts'
import { isNavigation } from '../checks/navigation.ts'
import type { Destination, Upstream } from '../routes.ts'
import { type Credential, credentialOf } from './credential.ts'
import type { Exchange, Identity, Reader } from './exchange.ts'

/** Who makes a request, and what the browser and the service are told of it. */
export interface Caller extends Identity {
  credential: Credential | undefined
}

export const anonymous: Caller = { token: null, id: undefined, setCookie: [], credential: undefined }

/** Where a command by someone without an account means something: at comments, and on the page of a post. */
const takesGuests = ({ to, url }: Destination): boolean =>
  to === 'comments' || (to === 'client' && url.startsWith('/posts/'))

/**
 * Where a browser is told that the session it shows has ended: with a page for anonymous readers, by address or as a script asks for its
 * data. An answer to anything else may come late, when there is another session.
 */
const opensPage = (req: IncomingMessage, { to, url }: Destination): boolean =>
  to === 'client' && (isNavigation(req) || /\.data(?:$|\?)/.test(url))

/** Where it is for the service itself to say what it makes of a session that has ended. */
const signsIn: ReadonlySet<Upstream> = new Set(['accounts', 'client'])

/**
 * Identifies the caller of a request. A reader is anonymous when accounts is away or the session has ended: the blog stays readable. A
 * command is refused instead, with `unavailable` or `unauthenticated`, since it must not be done in another's name.
 */
export const createCallers = ({ identityOf, known, newGuest, forget }: Exchange) => ({
  /** True for a read without a credential, which accounts need not be asked about. */
  isAnonymous: (req: IncomingMessage): boolean =>
    !isCommand(req) && req.headers.authorization === undefined && credentialOf(req.headers) === undefined,
  /** Who reads with an account and without any other role, where that is cached; undefined for everyone else. */
  knownReader(req: IncomingMessage): (Caller & { reader: Reader }) | undefined {
    if (isCommand(req) || req.headers.authorization !== undefined) return undefined
    const credential = credentialOf(req.headers)
    const identity = credential?.kind === 'session' ? known(credential) : undefined
    return identity?.reader && identity.setCookie.length === 0
      ? { ...identity, reader: identity.reader, credential }
      : undefined
  },
  async callerOf(req: IncomingMessage, destination: Destination): Promise<Caller> {
    const credential = credentialOf(req.headers)
    const commands = isCommand(req)
    if (credential === undefined)
      return commands && takesGuests(destination) ? { ...(await newGuest()), credential } : anonymous
    try {
      const identity = await identityOf(credential)
      if (identity.token !== null) return { ...identity, credential }
      if (!commands)
        return { ...identity, setCookie: opensPage(req, destination) ? identity.setCookie : [], credential }
      if (credential.kind === 'guest' && takesGuests(destination))
        return { ...(await newGuest()), credential: undefined }
      if (!signsIn.has(destination.to))
        throw new Problem('unauthenticated', { detail: 'Your session has ended. Sign in again.' })
      return { ...identity, setCookie: [], credential }
    } catch (error) {
      if (isProblem(error, 'unavailable') && !commands) return anonymous
      throw error
    }
  },
  /** To be called when a command that may have reached accounts is answered: roles, names and sessions may be others now. */
  changed: ({ credential }: Caller): void => {
    if (credential) forget(credential)
  },
})
export type Callers = ReturnType<typeof createCallers>
