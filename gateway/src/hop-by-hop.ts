import type { IncomingHttpHeaders } from 'node:http'

const ofOneHop = [
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]

/**
 * Takes away what concerns one connection alone, the headers that `Connection` names included (RFC 9110, 7.6.1), but for a
 * wish to close. How a body is framed is left to whoever sends it on.
 */
export const dropHopByHop = (headers: IncomingHttpHeaders): void => {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  for (const name of [...ofOneHop, ...named]) if (name !== 'transfer-encoding') delete headers[name]
  if (named.includes('close')) headers.connection = 'close'
  else delete headers.connection
}
