import type { IncomingMessage } from 'node:http'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { isProofOf } from '../access/service-tokens.ts'

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>

const proofHeader = names.forwardedProof.toLowerCase()

/**
 * The address that a request comes from, for a service behind the gateway: what `X-Forwarded-For` says where the request carries the
 * gateway's proof, and otherwise the address at the other end of the connection. Without a digest no proof counts.
 */
export const createClientAddressOf =
  (gatewayDigest: string | undefined) =>
  ({ headers, socket }: Asked): string => {
    const peer = socket.remoteAddress ?? ''
    const [proof, forwarded] = [headers[proofHeader], headers['x-forwarded-for']]
    if (gatewayDigest === undefined || typeof proof !== 'string' || typeof forwarded !== 'string') return peer
    return isProofOf(gatewayDigest, proof) ? forwarded.split(',').at(-1)?.trim() || peer : peer
  }
export type ClientAddressOf = ReturnType<typeof createClientAddressOf>
