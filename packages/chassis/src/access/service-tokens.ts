import { hash, timingSafeEqual } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The name of the service whose token this is, or undefined. */
export type ServiceOf = (token: string) => string | undefined

/** Name after digest of the callers that a service knows. A digest is no secret: nothing that opens anything follows from it. */
export type Digests = Readonly<Record<string, string>>

const sha256 = (data: string | Buffer): Buffer => hash('sha256', data, 'buffer')

/**
 * What a service shows, in hexadecimal digits, to prove that what it forwards is from it. A thief of the proof can do that alone:
 * the token does not follow from it.
 */
export const forwardingProof = (token: string): string => sha256(token).toString('hex')

/** By what a service is known, in hexadecimal digits: SHA-256 of SHA-256 of its token. Token and proof can both be checked with it. */
export const digestOf = (token: string): string => sha256(sha256(token)).toString('hex')

export const digestsOf = (tokens: Readonly<Record<string, string>>): Digests =>
  Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, digestOf(token)]))

const isSame = (expected: Buffer, given: Buffer): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given)

/** True for the proof of the service with this digest; compared in constant time. */
export const isProofOf = (digest: string, proof: string): boolean =>
  isSame(Buffer.from(digest, 'hex'), sha256(Buffer.from(proof, 'hex')))

/** Knows services by what is shown, from their digests alone. Each is compared in constant time. */
export const servicesBy = (digests: Digests): ServiceOf => {
  const known = Object.entries(digests).map(([name, digest]) => ({
    name,
    digest: Buffer.from(digest, 'hex'),
  }))
  return (token) => {
    const given = sha256(sha256(token))
    return known.find(({ digest }) => isSame(digest, given))?.name
  }
}

const fileName = /^[a-z][a-z-]*$/

/** The texts in a folder of files, each named by its service; other files are left alone. Throws what the file system does. */
export const readServiceFiles = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      // Not by the kind of entry: mounted secrets are links.
      .filter((name) => fileName.test(name) && statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'utf8').trim()]),
  )
