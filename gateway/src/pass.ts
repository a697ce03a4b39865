import type { IncomingMessage, ServerResponse } from 'node:http'
import { movedTo } from '@logbook/chassis/http/address.ts'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import type { FastPath } from '@logbook/chassis/http/fast-path.ts'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import { noRoute } from '@logbook/chassis/metrics/metrics.ts'
import { isProblem, type Problem } from '@logbook/chassis/problem.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { shownUnread } from '@logbook/contracts/http/shown-unread.ts'
import { answerProblem } from './answer-problem.ts'
import { anonymous } from './callers/callers.ts'
import { isCommand, refuseCrossSite } from './checks/cross-site.ts'
import { isNavigation } from './checks/navigation.ts'
import { formKindOf } from './forms/kinds.ts'
import { hasBody } from './forward/bodies.ts'
import { laneOf } from './forward/lanes.ts'
import { limits } from './limits.ts'
import { createPassOn, isUpload, isWatch, type PassOptions } from './pass-on.ts'
import { rememberedDestination } from './routes.ts'
import { type Exchanged, strictTransport } from './sending.ts'
import { answerUnavailable } from './unavailable.ts'

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

interface Reads extends PassOptions {
  passOn: ReturnType<typeof createPassOn>
  turnOf: ReturnType<typeof createTurnOf>
  transport: readonly string[]
}

/** Answers the reads that need no promise, and says their route; undefined for any other request, and for one that is to be refused. */
const createRead = ({ address, callers, cache, notices, views, passOn, turnOf, transport }: Reads) => {
  /** Passes on reads by anonymous readers and by people who read pages with an account, which are most requests, without a promise. */
  const read = (req: IncomingMessage, res: ServerResponse): string | undefined => {
    if (isCommand(req) || hasBody(req)) return undefined
    const caller = !callers || callers.isAnonymous(req) ? anonymous : callers.knownReader(req)
    if (caller === undefined) return undefined
    address.checkHost(req)
    const destination = rememberedDestination(req)
    if (isWatch(destination)) return undefined
    if (caller.reader && !(destination.to === 'client' && destination.isShared)) return undefined
    const { reader } = caller
    const unread = reader && notices?.known(reader.id)
    if (reader && notices && unread === undefined) return undefined
    const ask = () =>
      turnOf(
        { req, res, destination },
        {
          begin: (leave) =>
            passOn.sendFor(
              { req, res, destination, body: undefined, leave },
              { ...caller, unread: unread ?? undefined },
            ),
          refuse: (problem) => answerProblem({ req, res }, problem),
        },
      )
    const own = [names.requestId, requestIdOf(req), ...transport]
    const reading = { req, res, destination, own, onView: views?.observerOf({ req, destination }, caller) }
    const shown = shownUnread(unread ?? 0)
    if (reader) cache.answerReader(reading, { ...caller, reader: { ...reader, unread: shown } }, ask)
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
  return tryToRead
}

/** What happens to every request that is for a service: whether it may come in, where it goes, who it is from, and off it goes. */
export const createPass = (options: PassOptions): FastPath => {
  const { address, bodies, clients } = options
  const transport = address.secure ? strictTransport : []
  const passOn = createPassOn(options)
  const turnOf = createTurnOf(options)
  const tryToRead = createRead({ ...options, passOn, turnOf, transport })

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
