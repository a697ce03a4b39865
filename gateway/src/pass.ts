import type { IncomingMessage, ServerResponse } from 'node:http'
import { movedTo } from '@logbook/chassis/http/address.ts'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import type { FastPath } from '@logbook/chassis/http/fast-path.ts'
import { isLoopback } from '@logbook/chassis/http/loopback.ts'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import { asksForWebSocket } from '@logbook/chassis/http/web-sockets.ts'
import { noRoute } from '@logbook/chassis/metrics/metrics.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { honeypotField } from '@logbook/contracts/http/honeypot.ts'
import { answerProblem } from './answer-problem.ts'
import type { AnswerCache } from './cache/cache.ts'
import { anonymous, type Caller, type Callers } from './callers/callers.ts'
import type { ClientAddress } from './checks/client-address.ts'
import { isCommand, refuseCrossSite } from './checks/cross-site.ts'
import { isNavigation } from './checks/navigation.ts'
import type { PublicAddress } from './checks/public-address.ts'
import { readForm, without } from './forms/filled-in.ts'
import { isTrapped, pretend } from './forms/honeypot.ts'
import { type FormKind, formKindOf, intendedKind } from './forms/kinds.ts'
import type { RateLimits } from './forms/rate-limits.ts'
import { type Bodies, hasBody } from './forward/bodies.ts'
import type { Forward } from './forward/forward.ts'
import { laneOf } from './forward/lanes.ts'
import type { Turns } from './forward/turns.ts'
import { limits } from './limits.ts'
import type { Live } from './live/live.ts'
import { type Destination, rememberedDestination, type Upstream } from './routes.ts'
import { createSend, type Exchanged, strictTransport } from './sending.ts'
import { answerUnavailable } from './unavailable.ts'
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
  /** Without it no views are counted. */
  views: Views | undefined
  cache: AnswerCache
  forward: Forward['forward']
}

/** Whose commands may change who somebody is: a form of a page reaches accounts too. */
const changesAccounts: ReadonlySet<Upstream> = new Set(['accounts', 'client'])

/** Files are handed on as they come: they are larger than what is kept of bodies, and a broken connection leaves what has come. */
const isUpload = ({ to, route }: Destination): boolean =>
  to === 'media' && route.startsWith('/api/media/uploads')

const isWatch = ({ to, route }: Destination): boolean => to === 'query' && route === '/api/changes'

/** A request whose turn it is, with its whole body; `leave` lets the next one have its turn. */
interface Turn extends Exchanged {
  body: Buffer | undefined
  leave: () => void
}

/** A page of another site may open WebSockets to anywhere: no browser asks first, as it does for a fetch. */
const refuseForeignSocket = (req: IncomingMessage, address: PublicAddress): void => {
  const { origin } = req.headers
  if (!asksForWebSocket(req) || origin === undefined || address.isOwnOrigin(origin, req)) return
  throw new Problem('forbidden', { detail: 'WebSockets are for pages of this blog, and for programs.' })
}

/** Passes requests on with their caller's identity; `form` does so for those that are rate-limited and inspected. */
const createPassOn = (options: PassOptions) => {
  const { address, clients, callers, rateLimits, live, views } = options
  const send = createSend(options)

  const callerOf = async ({ req, destination }: Exchanged): Promise<Caller> =>
    callers ? callers.callerOf(req, destination) : anonymous

  const sendFor = (turn: Turn, caller: Caller): void => {
    const { req, destination, body, leave } = turn
    const changes = changesAccounts.has(destination.to) && isCommand(req)
    send(turn, {
      ...{ caller, body, onDone: leave },
      onView: views?.observerOf(turn, caller),
      ...(changes && callers && { onAnswer: () => callers.changed(caller) }),
    })
  }

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
      const transport = address.secure ? strictTransport : []
      // Programs of this machine, or a proxy that was not named as one, behind which everybody would be one network.
      const isHere = isLoopback(clients.addressOf(req))
      const network = isHere ? undefined : clients.networkOf(req)
      const own = [names.requestId, requestIdOf(req), ...transport]
      await live.watch({ req, res, network, url: destination.url, own })
      leave()
    },
    /** An upload without a caller is refused before it is read. */
    async upload(turn: Turn): Promise<void> {
      const caller = await callerOf(turn)
      if (caller.token === null) throw new Problem('unauthenticated', { detail: 'Sign in first.' })
      const { req, leave } = turn
      send(turn, { caller, body: hasBody(req) ? req : undefined, onDone: leave })
    },
    async plainly(turn: Turn): Promise<void> {
      sendFor(turn, await callerOf(turn))
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
      const caller = await callerOf(turn)
      await admit('caller', turn, { kind, caller: caller.id })
      sendFor({ ...turn, body: without(form, honeypotField, req.headers['content-type']) }, caller)
    },
  }
}

/** Lets requests wait for their turn until it comes, is refused, or the caller has hung up. */
const createTurnOf =
  ({ clients, turns }: PassOptions) =>
  (
    { req, res, destination }: Exchanged,
    { begin, refuse }: { begin: (leave: () => void) => void; refuse: (problem: Problem) => void },
  ): void => {
    const giveUp = turns.enter({
      lane: laneOf(req, destination.to),
      network: clients.networkOf(req),
      begin(leave) {
        res.once('close', leave)
        begin(leave)
      },
      refuse,
    })
    res.once('close', giveUp)
  }
/** To the canonical form of an address. */
const sendOn = (req: IncomingMessage, res: ServerResponse, to: string): string => {
  const cache = { Location: to, 'Cache-Control': 'no-cache' }
  res.writeHead(308, { ...securityHeaders, [names.requestId]: requestIdOf(req), ...cache }).end()
  return noRoute
}

/** What happens to every request that is for a service: whether it may come in, where it goes, who it is from, and off it goes. */
export const createPass = (options: PassOptions): FastPath => {
  const { address, callers, bodies, clients, cache, views } = options
  const transport = address.secure ? strictTransport : []
  const passOn = createPassOn(options)
  const turnOf = createTurnOf(options)

  /** Passes on reads by anonymous readers and by people who read pages with an account, which are most requests, without a promise. */
  const read = (req: IncomingMessage, res: ServerResponse): string | undefined => {
    if (isCommand(req) || hasBody(req)) return undefined
    const caller = !callers || callers.isAnonymous(req) ? anonymous : callers.knownReader(req)
    if (caller === undefined) return undefined
    address.checkHost(req)
    const destination = rememberedDestination(req)
    if (isWatch(destination)) return undefined
    if (caller.reader && !(destination.to === 'client' && destination.isShared)) return undefined
    const ask = () =>
      turnOf(
        { req, res, destination },
        {
          begin: (leave) => passOn.sendFor({ req, res, destination, body: undefined, leave }, caller),
          refuse: (problem) => answerProblem({ req, res }, problem),
        },
      )
    const own = [names.requestId, requestIdOf(req), ...transport]
    const reading = { req, res, destination, own, onView: views?.observerOf({ req, destination }, caller) }
    if (caller.reader) cache.answerReader(reading, { ...caller, reader: caller.reader }, ask)
    else if (!cache.answer(reading, ask)) ask()
    return destination.route
  }

  /** What `read` throws at is answered as every other request, with the problem. */
  const tryToRead = (req: IncomingMessage, res: ServerResponse): string | undefined => {
    try {
      return read(req, res)
    } catch {
      return undefined
    }
  }

  const passInTurn = async (passing: Exchanged): Promise<void> => {
    const { req, res, destination } = passing
    const kind = isCommand(req) ? formKindOf({ method: req.method, ...destination }) : undefined
    const isForm = kind !== undefined && kind !== 'import'
    const bytesMax = isForm ? limits.formBytesMax : limits.requestBytesMax
    const network = clients.networkOf(req)
    const streams = isUpload(destination)
    const body = hasBody(req) && !streams ? await bodies.read({ req, res, network, bytesMax }) : undefined
    const leave = await new Promise<() => void>((begin, refuse) => turnOf(passing, { begin, refuse }))
    const turn = { ...passing, body, leave }
    if (isWatch(destination)) return passOn.watch(turn)
    if (kind === 'import') return passOn.batch(turn)
    if (streams) return passOn.upload(turn)
    await (kind === undefined ? passOn.plainly(turn) : passOn.form(turn, kind))
  }

  return (req, res, fail) => {
    const refuse = (error: unknown) => {
      const isBusyRead = isProblem(error, 'too-many') && !isCommand(req)
      if ((isProblem(error, 'unavailable') || isBusyRead) && isNavigation(req))
        return answerUnavailable(req, res, 'client')
      if (address.secure) res.setHeader(...strictTransport)
      fail(error)
    }
    try {
      const known = tryToRead(req, res)
      if (known !== undefined) return known
      address.checkHost(req)
      refuseCrossSite(req, address)
      const to = movedTo(req)
      if (to !== undefined) return sendOn(req, res, to)
      const destination = rememberedDestination(req)
      passInTurn({ req, res, destination }).catch(refuse)
      return destination.route
    } catch (error) {
      refuse(error)
      return noRoute
    }
  }
}
