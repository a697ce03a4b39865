import type { IncomingMessage } from 'node:http'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { isProofOf } from '../access/service-tokens.ts'

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>

const proofHeader = names.forwardedProof.toLowerCase()

/** The address that a request comes from, where it carries the proof of the gateway that says so; undefined elsewhere, and without a digest. */
export const createVouchedAddressOf =
  (gatewayDigest: string | undefined) =>
  ({ headers, socket }: Asked): string | undefined => {
    const [proof, forwarded] = [headers[proofHeader], headers['x-forwarded-for']]
    if (gatewayDigest === undefined || typeof proof !== 'string' || typeof forwarded !== 'string')
      return undefined
    const peer = socket.remoteAddress ?? ''
    return isProofOf(gatewayDigest, proof) ? forwarded.split(',').at(-1)?.trim() || peer : undefined
  }
export type VouchedAddressOf = ReturnType<typeof createVouchedAddressOf>

/**
 * The address that a request comes from, for a service behind the gateway: what the gateway vouches for, and otherwise the address at
 * the other end of the connection.
 */
export const createClientAddressOf = (gatewayDigest: string | undefined) => {
  const vouchedAddressOf = createVouchedAddressOf(gatewayDigest)
  return (req: Asked): string => vouchedAddressOf(req) ?? req.socket.remoteAddress ?? ''
}
export type ClientAddressOf = ReturnType<typeof createClientAddressOf>
