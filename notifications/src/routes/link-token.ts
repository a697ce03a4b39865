import { randomBytes, timingSafeEqual } from 'node:crypto'

const bytes = 24

export const newLinkToken = (): string => randomBytes(bytes).toString('base64url')

/** Compares the token of a link with the expected one in constant time. False if none is expected. */
export const isLinkToken =
  (shown: string) =>
  (expected: string | null): boolean => {
    if (expected === null) return false
    const [one, other] = [Buffer.from(shown), Buffer.from(expected)]
    return one.length === other.length && timingSafeEqual(one, other)
  }
