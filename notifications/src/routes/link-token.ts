import { randomBytes, timingSafeEqual } from 'node:crypto'

const bytes = 24

export const newLinkToken = (): string => randomBytes(bytes).toString('base64url')

/** Compares what a link shows with what it should, in a time that tells nothing. An unknown token is no token. */
export const isLinkToken =
  (shown: string) =>
  (expected: string | null): boolean => {
    if (expected === null) return false
    const [one, other] = [Buffer.from(shown), Buffer.from(expected)]
    return one.length === other.length && timingSafeEqual(one, other)
  }
