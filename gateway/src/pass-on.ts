import type { IncomingMessage } from 'node:http'
import { isLoopback } from '@logbook/chassis/http/loopback.ts'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import { asksForWebSocket } from '@logbook/chassis/http/web-sockets.ts'
import { Problem, signInFirst } from '@logbook/chassis/problem.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { honeypotField } from '@logbook/contracts/http/honeypot.ts'
import type { AnswerCache } from './cache/cache.ts'
import { positionWanted } from './cache/key.ts'
import { anonymous, type Caller, type Callers } from './callers/callers.ts'
import type { ClientAddress } from './checks/client-address.ts'
import { isCommand } from './checks/cross-site.ts'
import type { PublicAddress } from './checks/public-address.ts'
import { readForm, without } from './forms/filled-in.ts'
import { isTrapped, pretend } from './forms/honeypot.ts'
import { type FormKind, intendedKind } from './forms/kinds.ts'
import type { RateLimits } from './forms/rate-limits.ts'
import { type Bodies, hasBody } from './forward/bodies.ts'
import type { Forward } from './forward/forward.ts'
import type { Turns } from './forward/turns.ts'
import type { Live } from './live/live.ts'
import type { Notices } from './notices/notices.ts'
import type { Destination, Upstream } from './routes.ts'
import { createSend, type Exchanged, strictTransport } from './sending.ts'
import type { Views } from './views/views.ts'

export interface PassOptions {
  address: PublicAddress
  clients: ClientAddress
  /** Without it every caller is anonymous. */
  callers: Callers | undefined
  /** Without it forms may be sent as often as one likes. */
  rateLimits: RateLimits | undefined
  bodies: Bodies
  turns: Turns
  /** What the gateway proves with that it forwards; undefined without a token. */
  proof: string | undefined
  live: Live
  /** Without it no page shows how many notices are unread. */
  notices: Notices | undefined
  /** Without it no views are counted. */
  views: Views | undefined
  cache: AnswerCache
  forward: Forward['forward']
}

/** Whose commands may change who somebody is: a form of a page reaches accounts too. */
const changesAccounts: ReadonlySet<Upstream> = new Set(['accounts', 'client'])

/** Files are handed on as they come: they are larger than what is kept of bodies, and a broken connection leaves what has come. */
export const isUpload = ({ to, route }: Destination): boolean =>
  to === 'media' && route.startsWith('/api/media/uploads')

export const isWatch = ({ to, route }: Destination): boolean => to === 'query' && route === '/api/changes'

/** Whose commands may mark notices as read. */
const changesNotices: ReadonlySet<Upstream> = new Set(['notifications', 'client'])

const isInboxWatch = ({ to, route }: Destination): boolean =>
  to === 'notifications' && route === '/api/notifications/inbox/changes'

/** A request whose turn it is, with its whole body; `leave` lets the next one have its turn. */
export interface Turn extends Exchanged {
  body: Buffer | undefined
  leave: () => void
}

/** A page of another site may open WebSockets to anywhere: no browser asks first, as it does for a fetch. */
const refuseForeignSocket = (req: IncomingMessage, address: PublicAddress): void => {
  const { origin } = req.headers
  if (!asksForWebSocket(req) || origin === undefined || address.isOwnOrigin(origin, req)) return
  throw new Problem('forbidden', { detail: 'WebSockets are for pages of this blog, and for programs.' })
}

/** Says who makes a request: `readerOf` for what may be a page, which shows how many of their notices are unread. */
const createIdentify = ({ callers, notices }: PassOptions) => {
  const callerOf = async ({ req, destination }: Exchanged): Promise<Caller> =>
    callers ? callers.callerOf(req, destination) : anonymous

  const readerOf = async (turn: Exchanged): Promise<Caller> => {
    const { req, destination } = turn
    const caller = await callerOf(turn)
    if (destination.to !== 'client' || !caller.isPerson || caller.id === undefined) return caller
    return { ...caller, unread: await notices?.of(caller.id, positionWanted(req, destination)) }
  }
  return { callerOf, readerOf }
}

/** Passes requests on with their caller's identity; `form` does so for those that are rate-limited and inspected. */
export const createPassOn = (options: PassOptions) => {
  const { address, clients, callers, rateLimits, live, notices, views } = options
  const send = createSend(options)
  const { callerOf, readerOf } = createIdentify(options)

  const sendFor = (turn: Turn, caller: Caller): void => {
    const { req, destination, body, leave } = turn
    const { to } = destination
    const onAnswer = (): void => {
      if (changesAccounts.has(to)) callers?.changed(caller)
      if (changesNotices.has(to) && caller.id !== undefined) notices?.forget(caller.id)
    }
    send(turn, {
      ...{ caller, body, onDone: leave },
      onView: views?.observerOf(turn, caller),
      ...(isCommand(req) && { onAnswer }),
    })
  }

  const transport = address.secure ? strictTransport : []
  const ownOf = (req: IncomingMessage): string[] => [names.requestId, requestIdOf(req), ...transport]

  const admit = (
    scope: 'network' | 'caller',
    { req, res }: Turn,
    { kind, caller }: { kind: FormKind; caller?: string | undefined },
  ): Promise<void> | undefined =>
    rateLimits?.admit(scope, { req, res, attempt: { kind, address: clients.addressOf(req), caller } })

  return {
    sendFor,
    /** Changes are told by the gateway itself, which asks query only how they begin. */
    async watch(turn: Turn): Promise<void> {
      const { req, res, destination, leave } = turn
      refuseForeignSocket(req, address)
      // A token that is none is refused here as anywhere. What is told is the same for all.
      await callerOf(turn)
      // Programs of this machine, or a proxy that was not named as one, behind which everybody would be one network.
      const isHere = isLoopback(clients.addressOf(req))
      const network = isHere ? undefined : clients.networkOf(req)
      await live.watch({ req, res, network, url: destination.url, own: ownOf(req) })
      leave()
    },
    /** An upload without a caller is refused before it is read. */
    async upload(turn: Turn): Promise<void> {
      const caller = await callerOf(turn)
      if (caller.token === null) throw signInFirst()
      const { req, leave } = turn
      send(turn, { caller, body: hasBody(req) ? req : undefined, onDone: leave })
    },
    async plainly(turn: Turn): Promise<void> {
      const { req, res, destination, leave } = turn
      const caller = await readerOf(turn)
      // A page of a person is told by the gateway itself; a program, or who may not, is answered by the service.
      const isOwnWatch = notices && isInboxWatch(destination) && caller.credential?.kind === 'session'
      if (!isOwnWatch || !caller.isPerson || caller.id === undefined) return sendFor(turn, caller)
      notices.watch(caller.id, { req, res, own: ownOf(req) })
      leave()
    },
    /** A batch of an import is counted, and no form: it is as long as any request may be, and nothing in it is looked into. */
    async batch(turn: Turn): Promise<void> {
      await admit('network', turn, { kind: 'import' })
      const caller = await callerOf(turn)
      await admit('caller', turn, { kind: 'import', caller: caller.id })
      sendFor(turn, caller)
    },
    async form(turn: Turn, addressKind: FormKind): Promise<void> {
      const { req, res, destination, body = Buffer.alloc(0) } = turn
      const form = readForm(req, body)
      const kind = intendedKind(addressKind, { to: destination.to, intent: form.fields.get('intent') })
      await admit('network', turn, { kind })
      if (isTrapped(form)) return pretend(req, res, destination.to)
      const caller = await readerOf(turn)
      await admit('caller', turn, { kind, caller: caller.id })
      sendFor({ ...turn, body: without(form, honeypotField, req.headers['content-type']) }, caller)
    },
  }
}
