import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { MailScope } from '@logbook/contracts/events/notifications.ts'
import type { SubscribersAnswer } from '@logbook/contracts/http/notifications.ts'
import { scopeKey } from './view.ts'

/** Counts of subscribers, and the subscriptions of one address. */
export const createSubscribers = (db: Database) => {
  const counts = db.prepare<[], { scope: string; count: number }>(
    'SELECT min(scope_json) AS scope, count(*) AS count FROM subscription WHERE confirmed = 1 GROUP BY scope',
  )
  const waiting = db.prepare<[], number>('SELECT count(*) FROM subscription WHERE confirmed = 0').pluck()
  const ofAddress = db.prepare<[string], { scope: string; confirmed: number; requestedAt: string }>(
    'SELECT scope, confirmed, requested_at AS requestedAt FROM subscription WHERE email = ?',
  )
  return {
    counts(): SubscribersAnswer {
      const rows = counts.all().map(({ scope, count }) => ({ scope: JSON.parse(scope) as MailScope, count }))
      const of = (kind: MailScope['kind']) =>
        rows.filter(({ scope }) => scope.kind === kind).reduce((all, { count }) => all + count, 0)
      return {
        blog: of('blog'),
        digest: of('digest'),
        tags: rows.flatMap(({ scope, count }) => (scope.kind === 'tag' ? [{ tag: scope.tag, count }] : [])),
        threads: of('thread') + of('replies'),
        waiting: waiting.get() ?? 0,
      }
    },
    /** The subscription of an address to a scope, and the number of all its subscriptions. */
    ofAddress(email: string, scope: MailScope) {
      const rows = ofAddress.all(email)
      const key = scopeKey(scope)
      const same = rows.filter((row) => row.scope === key)
      return {
        count: rows.length,
        isConfirmed: same.some(({ confirmed }) => confirmed === 1),
        lastRequestedAt: same
          .map(({ requestedAt }) => requestedAt)
          .sort()
          .at(-1),
      }
    },
  }
}
export type Subscribers = ReturnType<typeof createSubscribers>
