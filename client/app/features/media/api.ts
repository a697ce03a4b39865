import type { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { type ApiAnswer, apiOf } from '../../services/api.ts'
import { nextCursorOf } from '../page/paging.ts'

export type Medium = MediumAnswer
export type MediumChanges = Partial<Pick<Medium, 'alt' | 'name' | 'focus'>>

/** A refusal of a service, with its message. */
export class Refusal extends Error {
  readonly status: number
  constructor({ status, detail, title }: Pick<ProblemBody, 'status' | 'detail' | 'title'>) {
    super(detail ?? title)
    this.status = status
  }
}

/** An answer that is no refusal. Throws a Refusal. */
const accepted = async <Body>(answering: Promise<ApiAnswer<Body>>) => {
  const answer = await answering
  if (!answer.ok) throw new Refusal(answer.problem)
  return answer
}

/** The body of an answer. Throws a Refusal. */
export const bodyOf = async <Body>(answering: Promise<ApiAnswer<Body>>): Promise<Body> =>
  (await accepted(answering)).body

const call = apiOf<typeof mediaEndpoints.rows>()

/** Media as the API has them, asked by the browser itself. All throw a Refusal, or a TypeError where there is no connection. */
export const media = {
  one: (id: string, signal: AbortSignal): Promise<Medium> =>
    bodyOf(call('GET /api/media/:id', { params: { id }, signal })),
  list: async (
    query: URLSearchParams,
    signal: AbortSignal,
  ): Promise<{ media: Medium[]; older: string | null }> => {
    const { headers, body } = await accepted(call('GET /api/media', { query, signal }))
    return { media: body, older: nextCursorOf(headers) }
  },
  fetchLink: (url: string): Promise<Medium> => bodyOf(call('POST /api/media', { body: { url } })),
  describe: (id: string, changes: MediumChanges): Promise<Medium> =>
    bodyOf(call('PATCH /api/media/:id', { params: { id }, body: changes })),
  retry: (id: string): Promise<Medium> => bodyOf(call('POST /api/media/:id/retry', { params: { id } })),
  cancel: (id: string): Promise<Medium> => bodyOf(call('POST /api/media/:id/cancel', { params: { id } })),
  /** Also when the page is left meanwhile. */
  remove: (id: string): Promise<void> =>
    bodyOf(call('DELETE /api/media/:id', { params: { id }, keepalive: true })),
}

export const isUnderWay = ({ state }: Medium): boolean => state === 'not started' || state === 'in progress'
