import type { IncomingMessage, ServerResponse } from 'node:http'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { sharedOf } from './cache/key.ts'
import type { Caller } from './callers/callers.ts'
import type { ClientAddress } from './checks/client-address.ts'
import type { PublicAddress } from './checks/public-address.ts'
import type { Forward, Passing } from './forward/forward.ts'
import { laneOf } from './forward/lanes.ts'
import type { Destination } from './routes.ts'

/** A request that may come in, and where it goes. */
export interface Exchanged {
  req: IncomingMessage
  res: ServerResponse
  destination: Destination
}

interface SendingOptions {
  address: PublicAddress
  clients: ClientAddress
  /** What the gateway proves with that it forwards; undefined without a token. */
  proof: string | undefined
  forward: Forward['forward']
}

/** Tells browsers to come by TLS alone from now on, for a year, where the public address is one of TLS. */
export const strictTransport = ['Strict-Transport-Security', 'max-age=31536000'] as const

const unreadHeader = names.unreadNotices.toLowerCase()

/** Sends requests off, with what the services behind are told of their caller. */
export const createSend = ({ address, clients, proof, forward }: SendingOptions) => {
  const transport = address.secure ? strictTransport : []
  return (
    { req, res, destination }: Exchanged,
    {
      caller: { token, unread, setCookie },
      body,
      onView,
      onAnswer,
      onDone,
    }: Pick<Passing, 'body' | 'onView' | 'onDone'> & { caller: Caller; onAnswer?: () => void },
  ): void => {
    forward({
      req,
      res,
      destination,
      lane: laneOf(req, destination.to),
      vouched: {
        address: clients.addressOf(req),
        protocol: clients.isSecure(req) ? 'https' : 'http',
        requestId: requestIdOf(req),
        proof,
        caller: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(unread === undefined ? {} : { [unreadHeader]: String(unread) }),
          // Which of our own names a page was opened under is no matter to accounts: it knows the public one.
          ...(destination.to === 'accounts' && req.headers.origin !== undefined
            ? { origin: address.origin }
            : {}),
        },
      },
      own: [...transport, ...setCookie.flatMap((cookie) => ['Set-Cookie', cookie])],
      body,
      onView,
      onAnswer,
      onDone,
      shared: token === null && body === undefined ? sharedOf(req, destination) : undefined,
      publicHost: address.host,
    })
  }
}
