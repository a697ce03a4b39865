import { randomInt } from 'node:crypto'
import { connect, createServer } from 'node:net'
import {
  addressOf,
  hostOf,
  type Place,
  type Ports,
  portVariable,
  type ServiceName,
  serviceNames,
} from './services.ts'

const errorCodeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Undefined where the port can be had, else the system's code for why not. */
const whyNot = ({ host, port }: { host: string; port: number }): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(errorCodeOf(error) ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })

/** True where someone answers: some systems let a second process take a port on one address that another holds on all. */
const answers = ({ host, port }: { host: string; port: number }): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 })
    const end = (taken: boolean) => {
      socket.destroy()
      resolve(taken)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })

const explain = (name: ServiceName, port: number, code: string): string => {
  const example = `${portVariable(name)}=${port < 60_000 ? port + 100 : port - 100} npm start`
  if (code === 'EADDRINUSE')
    return `Port ${port}, which ${name} takes, is in use. Stop what uses it, or choose another: ${example}`
  if (code === 'EACCES')
    return `Port ${port}, which ${name} takes, needs rights that this process has not. Choose another: ${example}`
  return `Port ${port}, which ${name} takes, can't be had (${code}). Choose another, or another LOGBOOK_HOST.`
}

/** Says of each port that can't be had which service wanted it and how to change that. Empty when all is well. */
export const refusedPorts = async ({ host, ports }: Pick<Place, 'host' | 'ports'>): Promise<string[]> => {
  const clashes = serviceNames.flatMap((name, index) =>
    serviceNames
      .slice(0, index)
      .filter((other) => ports[other] === ports[name])
      .map((other) => `${other} and ${name} both want port ${ports[name]}. Set ${portVariable(name)}.`),
  )
  if (clashes.length > 0) return clashes
  const checked = await Promise.all(
    serviceNames.map(async (name) => {
      const port = ports[name]
      const code = await whyNot({ host: hostOf(name, { host }), port })
      if (code !== undefined) return explain(name, port, code)
      const { hostname } = new URL(addressOf(name, { host, ports }))
      const others = hostname === '127.0.0.1' ? ['127.0.0.1', '::1'] : [hostname.replace(/^\[|\]$/g, '')]
      const taken = await Promise.all(others.map((each) => answers({ host: each, port })))
      return taken.includes(true) ? explain(name, port, 'EADDRINUSE') : undefined
    }),
  )
  return checked.filter((message) => message !== undefined)
}

// Below where systems take the ports of outgoing connections from, so that one stays free while its service is down, and above
// those that fetch refuses to ask (https://fetch.spec.whatwg.org/#port-blocking), of which 10080 is the last.
const chosen = { from: 10_081, below: 32_000 }

/** How often a port is drawn before there is said to be none. */
const drawsMax = 10_000

/** The system's name for the use of a port: of those that listen by it, each ends with its process, whatever ends that. */
const claimOf = (port: number): string =>
  process.platform === 'win32' ? `\\\\.\\pipe\\logbook-port-${port}` : `\0logbook-port-${port}`

/** True unless another process, or this one, has claimed the port. Where the system knows no such names there are no claims. */
const claim = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().unref()
    server.once('error', (error) => resolve(errorCodeOf(error) !== 'EADDRINUSE'))
    server.listen(claimOf(port), () => resolve(true))
  })

/**
 * A port for each service, all free at this moment, which no process of this machine that asks likewise gets while this one runs: not even
 * while the service that has it is down.
 */
export const freePorts = async (host = '127.0.0.1'): Promise<Ports> => {
  const found: number[] = []
  for (let draw = 0; found.length < serviceNames.length; draw++) {
    if (draw === drawsMax) throw new Error(`No port is free from ${chosen.from} to ${chosen.below}`)
    const port = randomInt(chosen.from, chosen.below)
    if ((await claim(port)) && (await whyNot({ host, port })) === undefined) found.push(port)
  }
  return Object.fromEntries(serviceNames.map((name, index) => [name, found[index]])) as Ports
}
