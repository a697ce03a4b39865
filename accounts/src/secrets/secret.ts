import { hash, randomBytes } from 'node:crypto'

const secretBytes = 32

/** A random secret for a link or a header: 43 characters of base64url. */
export const newSecret = (): string => randomBytes(secretBytes).toString('base64url')

/** The hash that is stored of a secret. It needs no salt and no slow hash: 256 random bits can't be guessed. */
export const secretHash = (secret: string): Buffer => hash('sha256', secret, 'buffer')
