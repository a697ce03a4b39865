import { hash, randomBytes } from 'node:crypto'

const secretBytes = 32

/** A secret that nobody guesses, as it stands in a link or a header: 43 characters of base64url. */
export const newSecret = (): string => randomBytes(secretBytes).toString('base64url')

/** What is kept of a secret. It needs no salt and no slowness: nobody can try 256 bits. */
export const secretHash = (secret: string): Buffer => hash('sha256', secret, 'buffer')
