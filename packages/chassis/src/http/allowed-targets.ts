import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { lookup as resolve } from 'node:dns/promises'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { z } from 'zod'

/** Which hosts a service may connect to when the address comes from a caller. */
export interface AllowedTargets {
  /** Undefined if a connection to the address is allowed, else the reason. `host` is the name that it was found under. */
  objection(address: string, host: string): string | undefined
  /** The same for a URL whose host is an address (never looked up); undefined for one with a name, which `lookup` judges. */
  objectionToLiteral(url: URL): string | undefined
  /** The same for a whole URL, as far as it can be told now: a name that does not resolve yet is no objection. */
  objectionTo(url: string): Promise<string | undefined>
  /** Resolves a name for a connection, and fails unless every address that it has is allowed: the one checked is the one used. */
  lookup: LookupFunction
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

// An IPv4 address dressed up as IPv6 is judged as what it is.
const plain = (address: string): string =>
  /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address.replace(/^\[|\]$/g, '')

const loopback = ['127.0.0.0/8', '::1/128']
// Not on the public internet: unspecified, private, shared, link-local (where clouds keep their credentials), documentation, relays,
// multicast, reserved. Of IPv6, 2000::/3 alone is given out (IANA); all else is named by its halves, so that no range is forgotten:
// IPv4 in IPv6, both NAT64 ranges, unique, link and site-local addresses. Within it tunnels lead to addresses that no rule here sees:
// Teredo and what else IETF protocols use (2001::/23), and 6to4 (2002::/16).
const notPublic = [
  ...loopback,
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...[
    '192.0.2.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
  ],
  ...['224.0.0.0/3', '::/3', '4000::/2', '8000::/1'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]

const block = (ranges: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = familyOf(address)
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list
}

const isRange = (entry: string): boolean => isIP(entry.split('/')[0] ?? '') !== 0
const keywords = ['loopback', 'public']
const entryPattern = /^(loopback|public|[0-9a-fA-F:.]+(\/\d{1,3})?|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*)$/

/** `allowedTargetsSetting` without a default. */
export const allowedTargetsList = z
  .string()
  .transform((list) => list.split(',').map((entry) => entry.trim()))
  .pipe(z.array(z.string().regex(entryPattern, 'must be loopback, public, addresses, ranges or host names')))

/**
 * A setting: entries with commas between. `loopback`, `public` (every public address), an address, a range (`10.1.0.0/16`), a host
 * name or `*.` and a domain. A host that is named may resolve to public addresses only; private ones are allowed by naming their range.
 */
export const allowedTargetsSetting = (whenUnset: string) =>
  z.string().default(whenUnset).pipe(allowedTargetsList)

export const allowedTargets = (entries: readonly string[]): AllowedTargets => {
  const ranges = block([
    ...entries.filter(isRange),
    ...entries.flatMap((entry) => (entry === 'loopback' ? loopback : [])),
  ])
  const hosts = entries.filter((entry) => !isRange(entry) && !keywords.includes(entry))
  const anyHost = entries.includes('public')
  // One list a family: in a list of both, `::/3` would hold all of IPv4.
  const internal = {
    ipv4: block(notPublic.filter((range) => !range.includes(':'))),
    ipv6: block(notPublic.filter((range) => range.includes(':'))),
  }
  const named = (host: string) =>
    anyHost ||
    hosts.some((entry) => (entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : host === entry))

  const objection = (given: string, host: string): string | undefined => {
    const address = plain(given)
    if (ranges.check(address, familyOf(address))) return undefined
    if (!named(host.toLowerCase())) return `${host} is not among the targets allowed.`
    const family = familyOf(address)
    if (!internal[family].check(address, family)) return undefined
    // Strangers read it: what a name of the own network leads to is not for them.
    const where = plain(host) === address ? host : `${host} is at an address that`
    return `${where} is not public and not in a range that is allowed.`
  }

  const lookup: LookupFunction = (host, options, callback) => {
    lookUp(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0)
      const refusal = addresses.map(({ address }) => objection(address, host)).find((each) => each)
      if (refusal !== undefined) return callback(new Error(refusal), '', 0)
      const [first] = addresses
      if (first === undefined) return callback(new Error(`${host} has no address.`), '', 0)
      if (options.all) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }

  const objectionToLiteral = (url: URL): string | undefined => {
    const host = plain(url.hostname)
    return isIP(host) === 0 ? undefined : objection(host, host)
  }

  const objectionTo = async (url: string): Promise<string | undefined> => {
    const parsed = new URL(url)
    const host = plain(parsed.hostname)
    if (parsed.username !== '' || parsed.password !== '') return 'credentials do not belong in an address.'
    if (isIP(host) !== 0) return objectionToLiteral(parsed)
    const addresses = await resolve(host, { all: true }).catch(() => [])
    return addresses.map(({ address }) => objection(address, host)).find((each) => each)
  }
  return { objection, objectionToLiteral, objectionTo, lookup }
}
