import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { networkOf } from '@logbook/chassis/http/network.ts'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import { type Logger, loggablePath } from '@logbook/chassis/logger.ts'
import type { ClientAddress } from './checks/client-address.ts'
import { limits } from './limits.ts'
import { traceIdOf } from './tracing.ts'

export const accessLogs = ['on', 'off', 'network'] as const
/** `network`: with the network that a request came from. */
export type AccessLog = (typeof accessLogs)[number]

/** Of an address, what many share: an IPv4 /24, an IPv6 /48. */
const sharedNetworkOf = (address: string): string => {
  const network = networkOf(address)
  return network.includes(':')
    ? `${network.split(':').slice(0, 3).join(':')}::/48`
    : network.replace(/\.\d+$/, '.0/24')
}

/** The requested path, without user information and host, query and fragment. */
const pathOf = ({ url = '' }: IncomingMessage): string =>
  (loggablePath(url).split('#', 1)[0] ?? '')
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .slice(0, limits.loggedPathCharsMax)

/** Asked every few seconds, by load balancers and Prometheus; worth a line where the answer is no. */
const isRoutine = (path: string, status: number): boolean =>
  /^\/(?:health(?:\/live|\/ready)?|metrics)$/.test(path) && status < 400

/** True for an answer whose connection became a WebSocket. */
const isSwitched = ({ statusCode }: ServerResponse): boolean => statusCode === 101

interface AccessLogOptions {
  logger: Logger
  mode: AccessLog
  clients: ClientAddress
}

/** Writes one line for each request once its answer has ended, streams included. It says nothing of who asked, unless the network is wanted. */
export const createAccessLog =
  ({ logger, mode, clients }: AccessLogOptions) =>
  (answer: RequestListener): RequestListener => {
    if (mode === 'off') return answer
    return (req, res) => {
      const begun = performance.now()
      // Where a connection came from is not known any more once it has closed.
      const network = mode === 'network' ? { network: sharedNetworkOf(clients.addressOf(req)) } : {}
      res.once('close', () => {
        const path = pathOf(req)
        if (isRoutine(path, res.statusCode)) return
        logger.info(
          {
            requestId: requestIdOf(req),
            trace: traceIdOf(req),
            method: req.method,
            path,
            // Without one, the caller was gone before the answer began.
            ...(res.headersSent || isSwitched(res) ? { status: res.statusCode } : {}),
            ms: Math.round((performance.now() - begun) * 100) / 100,
            ...(res.writableFinished || isSwitched(res) ? {} : { aborted: true }),
            ...network,
          },
          'request',
        )
      })
      answer(req, res)
    }
  }
