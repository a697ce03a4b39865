import { randomUUID } from 'node:crypto'
import { until } from '@logbook/chassis/testing/until.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { PostPage, ThreadComment } from '@logbook/contracts/http/query.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import type { ServiceName } from '../run/services.ts'
import type { Callers } from './callers.ts'

export interface Answer<Body = unknown> {
  status: number
  headers: Headers
  text: string
  /** The body as JSON; throws if it is none. */
  json: () => Body
}

export interface Ask {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  timeoutMs?: number
}

/** One request. A `body` that is a string or bytes goes as it is, anything else as JSON. */
export const ask = async <Body = unknown>(
  url: string,
  { method = 'GET', body, headers = {}, timeoutMs = 15_000 }: Ask = {},
): Promise<Answer<Body>> => {
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const answer = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined
      ? {}
      : { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) as Body }
}

interface Commenting {
  postId: string
  content: string
  parentId?: string
}

/** What the `/health` of a follower says of its reading. */
interface Standing {
  status: string
  position?: number
  reactions?: { due: number; parked: number }
}

/** What people do on the blog that runs, through the gateway. */
export const blogOf = (logbook: Callers) => {
  const api = `${logbook.url('gateway')}/api`

  /** One request as someone with an account. */
  const askAs = async <Body = unknown>(role: Role, path: string, asked: Ask = {}): Promise<Answer<Body>> =>
    ask<Body>(`${api}${path}`, { ...asked, headers: { ...(await logbook.as(role)), ...asked.headers } })
  const blog = {
    api,
    askAs,
    async write(title: string, more: object = {}): Promise<{ id: string; slug: string }> {
      const answer = await askAs<{ id: string; slug: string }>('owner', '/posts', {
        method: 'POST',
        body: { title, ...more },
      })
      if (answer.status !== 201) throw new Error(`POST /posts: ${answer.status} ${answer.text}`)
      return answer.json()
    },
    comment: ({ postId, ...body }: Commenting, headers: Record<string, string> = {}) =>
      askAs<{ id: string }>('reader', `/posts/${postId}/comments`, { method: 'POST', body, headers }),
    /** As a browser that does not give up: again with the same key until it is answered. Resolves to the comment's id. */
    async commentForSure(commenting: Commenting): Promise<string> {
      const key = randomUUID()
      const answer = await until(async () => {
        const tried = await blog.comment(commenting, { 'Idempotency-Key': key })
        if (tried.status !== 201 && tried.status < 500) throw new Error(`${tried.status} ${tried.text}`)
        return tried.status === 201 && tried
      }, `"${commenting.content}" to be accepted`)
      return answer.json().id
    },
    async page(idOrSlug: string): Promise<PostPage> {
      const answer = await ask<PostPage>(`${api}/posts/${idOrSlug}`)
      if (answer.status !== 200) throw new Error(`GET /posts/${idOrSlug}: ${answer.status} ${answer.text}`)
      return answer.json()
    },
    /** All comments that can be read on a post, oldest first, page after page, and the latest of those that can't. */
    async thread(postId: string): Promise<ThreadComment[]> {
      const comments: ThreadComment[] = []
      for (let query: string | undefined = 'sort=oldest'; query !== undefined; ) {
        const page: Answer<ThreadComment[]> = await ask(`${api}/posts/${postId}/thread?${query}`)
        if (page.status !== 200) throw new Error(`GET …/thread: ${page.status} ${page.text}`)
        comments.push(...page.json())
        query = /<[^>?]+\?([^>]+)>; rel="next"/.exec(page.headers.get('Link') ?? '')?.[1]
      }
      return comments
    },
    /** The same once there are so many comments and each has its verdict. */
    judged: (postId: string, count: number): Promise<ThreadComment[]> =>
      until(async () => {
        const { waiting, unpublished } = (await blog.page(postId)).thread
        const comments = await blog.thread(postId)
        const published = comments.filter(({ status }) => status === 'approved').length
        return waiting === 0 && published + unpublished >= count && comments
      }, `verdicts on ${count} comments`),
    /** The whole log, or the types asked for. */
    async log(types?: readonly string[]): Promise<RecordedEvent[]> {
      const query = types === undefined ? '' : `?types=${types.join(',')}`
      const answer = await ask(`${logbook.url('event-bus')}/events${query}`, {
        headers: { Accept: 'application/x-ndjson', ...logbook.authorizationOf() },
      })
      return answer.text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as RecordedEvent)
    },
    /** Resolves when every follower has read the log to its end, and has answered what it read. */
    settled: () =>
      until(async () => {
        const end = await head()
        const done = await Promise.all(followers.map((name) => hasDone(name, end)))
        return done.every(Boolean) && end === (await head())
      }, 'every follower to reach the end of the log'),
  }
  const followers = ['posts', 'comments', 'moderation', 'query'] as const
  /** Whether a service has read the log to there, and owes no answer but what it has parked, such as a verdict on a comment. */
  const hasDone = async (name: ServiceName, end: number): Promise<boolean> => {
    const { status, position, reactions } = (await ask<Standing>(`${logbook.url(name)}/health`)).json()
    // Degraded is one that passed something over; it has read it.
    if (!/^(ok|degraded)$/.test(status) || position !== end) return false
    return reactions === undefined || reactions.due === reactions.parked
  }
  const head = async (): Promise<number> =>
    (await ask<{ position: number }>(`${logbook.url('event-bus')}/health`)).json().position
  return blog
}

/** Runs `task` on each, so many at a time, and resolves to the results in order. */
export const eachAtOnce = async <Item, Result>(
  items: readonly Item[],
  { width }: { width: number },
  task: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = []
  const entries = items.entries()
  const worker = async () => {
    for (const [index, item] of entries) results[index] = await task(item, index)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
