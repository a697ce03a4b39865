import { isIP } from 'node:net'

const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i

/** The eight groups of an IPv6 address as numbers. */
const groupsOf = (address: string): number[] => {
  // The URL standard writes dotted ends as groups.
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = plain.split('::')
  const numbers = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const [before, after] = [numbers(head), numbers(tail ?? '')]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.')

const networkOfV6 = (address: string): string => {
  const groups = groupsOf(address)
  const [a, b, c, d, e, f, high = 0, low = 0] = groups
  // An IPv4 address in the form that a socket on all interfaces gives it (RFC 4291, 2.5.5.2).
  if (f === 0xffff && [a, b, c, d, e].every((group) => group === 0)) return dotted(high, low)
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/**
 * The network that an address counts as wherever callers are counted: an IPv4 address by itself, also in its IPv6 form, and of an
 * IPv6 address its /64, the least that one subscriber has. A text that is no address is its own network.
 */
export const networkOf = (address: string): string => {
  if (!address.includes(':')) return address
  const dottedEnd = mapped.exec(address)?.[1]
  if (dottedEnd !== undefined) return dottedEnd
  // A zone such as `%eth0` names an interface of this machine and no part of the network.
  const [plain = ''] = address.split('%')
  return isIP(plain) === 6 ? networkOfV6(plain) : address
}
