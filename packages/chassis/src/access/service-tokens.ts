import { hash, timingSafeEqual } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The name of the service whose token this is, or undefined. */
export type ServiceOf = (token: string) => string | undefined

const digest = (token: string): Buffer => hash('sha256', token, 'buffer')

/** Knows services by their tokens, name after token. What is compared are hashes, each in constant time. */
export const servicesBy = (tokens: Readonly<Record<string, string>>): ServiceOf => {
  const known = Object.entries(tokens).map(([name, token]) => ({ name, digest: digest(token) }))
  return (token) => {
    const given = digest(token)
    return known.find((service) => timingSafeEqual(service.digest, given))?.name
  }
}

const fileName = /^[a-z][a-z-]*$/

/** The tokens in a folder of files, each named by its service; other files are left alone. Throws what the file system does. */
export const readServiceTokens = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      // Not by the kind of entry: mounted secrets are links.
      .filter((name) => fileName.test(name) && statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'utf8').trim()]),
  )
