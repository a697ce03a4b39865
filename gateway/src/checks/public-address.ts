import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isLoopback, nameInHost } from '@logbook/chassis/http/loopback.ts'
import { Problem } from '@logbook/chassis/problem.ts'

type Asked = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'socket'>

const portInHost = /:(\d{1,5})$/
const hostsRememberedMax = 100

/** True if a second Host stands among the headers, of which Node's parser keeps the first. */
const namesTwo = (rawHeaders: readonly string[]): boolean => {
  let found = 0
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') found++
  return found > 1
}

/**
 * The names that this address may be called by: the public one, and this machine's own at the port that the gateway has. A page
 * of another site that makes its name point here is told nothing, and a forged name gets into no link.
 */
export const createPublicAddress = (publicUrl: string) => {
  const { host, hostname, port: publicPort, origin, protocol } = new URL(publicUrl)
  const isHere = isLoopback(nameInHost(hostname))
  const local = new Set<string>()

  const isLocal = (asked: string, port: number | undefined): boolean => {
    const remembered = `${asked} ${port}`
    if (local.has(remembered)) return true
    const [, at = '80'] = portInHost.exec(asked) ?? []
    if (!isLoopback(nameInHost(asked)) || !(Number(at) === port || (isHere && at === publicPort)))
      return false
    if (local.size < hostsRememberedMax) local.add(remembered)
    return true
  }

  /** Throws `bad-encoding` for a request that names two, which others might read as the other one, and `forbidden` for a request that was meant for another name. */
  const checkHost = ({ headers, rawHeaders, socket }: Asked): void => {
    if (namesTwo(rawHeaders))
      throw new Problem('bad-encoding', { detail: 'The request has more than one Host.' })
    const asked = headers.host ?? ''
    if (asked === host || isLocal(asked, socket.localPort) || asked.toLowerCase() === host) return
    throw new Problem('forbidden', {
      detail: `This Logbook is at ${origin}. If it should have another name, set LOGBOOK_PUBLIC_URL.`,
    })
  }

  return {
    host,
    origin,
    secure: protocol === 'https:',
    /**
     * As `checkHost`, for probes and scrapers, which may also use any IP address of this gateway, as Kubernetes does. No page of another
     * site is reached by an address that is this gateway's, whatever its own name is made to point to.
     */
    checkProbedHost(req: Asked): void {
      if (isIP(nameInHost(req.headers.host)) === 0 || namesTwo(req.rawHeaders)) checkHost(req)
    },
    checkHost,
    /** True for a page of our own: the public one, or one at the very name that this request was sent to. */
    isOwnOrigin(asked: string, { headers, socket }: Pick<Asked, 'headers' | 'socket'>): boolean {
      if (asked === origin) return true
      const { host: here = '' } = headers
      return asked === `http://${here.toLowerCase()}` && isLocal(here, socket.localPort)
    },
  }
}
export type PublicAddress = ReturnType<typeof createPublicAddress>
