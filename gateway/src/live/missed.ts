import { type MissedChanges, missedChanges } from '@logbook/contracts/http/query.ts'
import type { Dispatcher } from 'undici'
import { newsOf, reload } from './news.ts'
import type { News } from './ring.ts'

export interface Refused {
  status: number
  contentType: string
  retryAfter: string | undefined
  body: string
}

export type Missed = { missed: MissedChanges } | { refused: Refused }

interface Asked {
  /** The query of the address, as a browser gave it: query says what is wrong with it. */
  search: string
  headers: Readonly<Record<string, string>>
}

/** Asks query what became of a post. Who asks the same at the same time shares the answer. Rejects where query does not answer. */
export const createMissed = (query: Dispatcher, { msMax }: { msMax: number }) => {
  const asking = new Map<string, Promise<Missed>>()

  const ask = async ({ search, headers }: Asked): Promise<Missed> => {
    const answer = await query.request({
      method: 'GET',
      path: `/changes/missed${search}`,
      headers: { ...headers, accept: 'application/json' },
      signal: AbortSignal.timeout(msMax),
    })
    const { statusCode: status, headers: said } = answer
    const body = await answer.body.text()
    if (status === 200) return { missed: missedChanges.parse(JSON.parse(body)) }
    const [contentType, retryAfter] = [said['content-type'], said['retry-after']].map((value) =>
      value?.toString(),
    )
    return { refused: { status, contentType: contentType ?? 'text/plain', retryAfter, body } }
  }

  return (asked: Asked): Promise<Missed> => {
    const key = JSON.stringify(asked)
    const begun = asking.get(key)
    if (begun) return begun
    const answer = ask(asked).finally(() => asking.delete(key))
    asking.set(key, answer)
    return answer
  }
}
export type AskMissed = ReturnType<typeof createMissed>

/** What there is to tell of it. */
export const newsOfMissed = ({
  post: postId,
  position,
  reload: isTooMuch,
  changes,
}: MissedChanges): News[] =>
  isTooMuch ? [reload(postId, position)] : changes.map((each) => newsOf({ postId, ...each }))
