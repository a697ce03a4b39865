import { type RebuildStatus, rebuildStatus } from '@logbook/contracts/http/rebuild.ts'
import { problemBody } from '@logbook/contracts/problems.ts'

/** What the service refused, or that it can't be reached, in words for a person. */
export class Refused extends Error {}

export type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<RebuildStatus>

const answerOf = async (url: string, request: RequestInit): Promise<Response> => {
  try {
    return await fetch(url, request)
  } catch (error) {
    throw new Refused(`query can't be reached at ${new URL(url).origin}. Is npm start running?`, {
      cause: error,
    })
  }
}

/** Asks the query service; its answer is always the rebuild's status. Throws `Refused`. */
export const askQuery =
  ({ url, token }: { url: string; token: string }): Ask =>
  async (method, path, body) => {
    const answer = await answerOf(url + path, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const json: unknown = await answer.json().catch(() => undefined)
    const status = rebuildStatus.safeParse(json)
    if (answer.ok && status.success) return status.data
    const problem = problemBody.safeParse(json)
    throw new Refused(
      problem.success ? (problem.data.detail ?? problem.data.title) : `query answered ${answer.status}`,
    )
  }
