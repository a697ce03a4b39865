import { retryAfterMs } from '@logbook/contracts/http/answer-headers.ts'
import { rollingHash } from '@logbook/contracts/http/subscriptions.ts'
import { limits } from '../limits.ts'
import type { Failure } from './delivery.ts'
import type { Posted } from './post.ts'

/** What an endpoint's answer means for its deliveries. */
export type Meaning =
  | { kind: 'taken'; hash: string | undefined }
  /** 410: the endpoint has unsubscribed. */
  | { kind: 'over'; failure: Failure }
  /** Nothing more is sent for `holdMs`. */
  | { kind: 'failed'; failure: Failure; holdMs: number }

/** How long an endpoint asks to wait, bounded. A date is relative to its own clock, which its `Date` header shows. */
const holdMsOf = ({ 'retry-after': value, date = '' }: Posted['headers'], now: number): number => {
  const theirs = Date.parse(date)
  const wait = retryAfterMs(value, Number.isFinite(theirs) ? theirs : now) ?? 0
  return Math.min(wait, limits.retryAfterMsMax)
}

/** A 2xx acknowledges; its `Rolling-Hash` header, if any, is the consumer's hash after this delivery. */
export const meaningOf = ({ status, headers, excerpt }: Posted, now: number): Meaning => {
  if (status >= 200 && status < 300)
    return { kind: 'taken', hash: rollingHash.safeParse(headers['rolling-hash']).data }
  const redirect = status >= 300 && status < 400
  const reason = redirect ? `It answered ${status}: a redirect is not followed.` : `It answered ${status}.`
  const failure: Failure = { status, reason, bodyExcerpt: excerpt === '' ? null : excerpt }
  if (status === 410) return { kind: 'over', failure }
  const busy = status === 429 || status === 503
  return { kind: 'failed', failure, holdMs: busy ? holdMsOf(headers, now) : 0 }
}
