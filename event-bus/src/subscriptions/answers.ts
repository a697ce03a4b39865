import { rollingHash } from '@logbook/contracts/http/subscriptions.ts'
import { limits } from '../limits.ts'
import type { Failure } from './delivery.ts'
import type { Posted } from './post.ts'

/** What an endpoint's answer means for what was delivered. */
export type Meaning =
  | { kind: 'taken'; hash: string | undefined }
  /** 410: it wants nothing any more. */
  | { kind: 'over'; failure: Failure }
  /** Nothing more is sent for `holdMs`, to spare it. */
  | { kind: 'failed'; failure: Failure; holdMs: number }

/**
 * Milliseconds that a Retry-After asks for, in seconds or as a date, within bounds; 0 for none or nonsense. A date is meant by the clock of the one that
 * answered, which its `Date` tells: ours may have been set.
 */
const retryAfterMs = ({ 'retry-after': value, date = '' }: Posted['headers'], now: number): number => {
  if (value === undefined) return 0
  const theirs = Date.parse(date)
  const since = Number.isFinite(theirs) ? theirs : now
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - since
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), limits.retryAfterMsMax) : 0
}

/** A 2xx takes; its `Rolling-Hash` header, if any, is the consumer's hash after this delivery. */
export const meaningOf = ({ status, headers, excerpt }: Posted, now: number): Meaning => {
  if (status >= 200 && status < 300)
    return { kind: 'taken', hash: rollingHash.safeParse(headers['rolling-hash']).data }
  const redirect = status >= 300 && status < 400
  const reason = redirect ? `It answered ${status}: a redirect is not followed.` : `It answered ${status}.`
  const failure: Failure = { status, reason, bodyExcerpt: excerpt === '' ? null : excerpt }
  if (status === 410) return { kind: 'over', failure }
  const busy = status === 429 || status === 503
  return { kind: 'failed', failure, holdMs: busy ? retryAfterMs(headers, now) : 0 }
}
