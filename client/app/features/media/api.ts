import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'

export type Medium = MediumAnswer
export type MediumChanges = Partial<Pick<Medium, 'alt' | 'name' | 'focus'>>

/** A refusal of a service, with its message. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The refusal in an answer. */
export const refusalOf = async (answer: Response): Promise<Refusal> => {
  const problem = (await answer.json().catch(() => undefined)) as ProblemBody | undefined
  return new Refusal(
    answer.status,
    problem?.detail ?? problem?.title ?? `The server answered ${answer.status}.`,
  )
}

const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const headers = { Accept: 'application/json', ...(init.body ? { 'Content-Type': 'application/json' } : {}) }
  const answer = await fetch(`/api${path}`, { ...init, headers })
  if (!answer.ok) throw await refusalOf(answer)
  return answer
}

/** What the API answers at a path below `/api`. Throws a Refusal, or a TypeError where there is no connection. */
export const getJson = async <Body>(path: string, signal: AbortSignal): Promise<Body> =>
  (await ask(path, { signal })).json()

/** Media as the API has them, asked by the browser itself. All throw a Refusal, or a TypeError where there is no connection. */
export const media = {
  one: async (id: string, signal: AbortSignal): Promise<Medium> =>
    (await ask(`/media/${id}`, { signal })).json(),
  list: async (
    query: URLSearchParams,
    signal: AbortSignal,
  ): Promise<{ media: Medium[]; older: string | null }> => {
    const answer = await ask(`/media?${query}`, { signal })
    const next = /[?&]cursor=([^&>]+)[^>]*>; rel="?next/.exec(answer.headers.get('Link') ?? '')?.[1]
    return { media: await answer.json(), older: next ?? null }
  },
  fetchLink: async (url: string): Promise<Medium> =>
    (await ask('/media', { method: 'POST', body: JSON.stringify({ url }) })).json(),
  describe: async (id: string, changes: MediumChanges): Promise<Medium> =>
    (await ask(`/media/${id}`, { method: 'PATCH', body: JSON.stringify(changes) })).json(),
  retry: async (id: string): Promise<Medium> => (await ask(`/media/${id}/retry`, { method: 'POST' })).json(),
  cancel: async (id: string): Promise<Medium> =>
    (await ask(`/media/${id}/cancel`, { method: 'POST' })).json(),
  /** Also when the page is left meanwhile. */
  remove: async (id: string): Promise<void> =>
    void (await ask(`/media/${id}`, { method: 'DELETE', keepalive: true })),
}

export const isUnderWay = ({ state }: Medium): boolean => state === 'not started' || state === 'in progress'
