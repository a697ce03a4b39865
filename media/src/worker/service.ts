import { Problem } from '@logbook/chassis/problem.ts'
import {
  type ClaimWork,
  type FailWork,
  type FinishWork,
  type WorkAnswer,
  workAnswer,
} from '@logbook/contracts/http/media.ts'
import { type ProblemCode, problemBody } from '@logbook/contracts/problems.ts'
import { ownVersion } from './own-version.ts'

interface MediaServiceOptions {
  url: string
  /** What it shows to the service. */
  token: string
  /** The name that the log has of this worker. */
  worker: string
  /** Its version, and what it knows to do. */
  knows?: Omit<ClaimWork, 'worker'>
}

export interface Progress {
  step: 'fetching' | 'making' | 'storing'
  bytes: number
  total: number | null
}

const answerMsMax = 30_000
const claimWaitSeconds = 20

const problemOf = async (answer: Response): Promise<Problem> => {
  const parsed = problemBody.safeParse(await answer.json().catch(() => undefined))
  if (!parsed.success)
    return new Problem('unavailable', { detail: `The media service answered ${answer.status}.` })
  const { code, detail, title } = parsed.data
  return new Problem(code satisfies ProblemCode, { detail: detail ?? title })
}

export type MediaService = ReturnType<typeof createMediaService>

/** Client of the media service for workers. Its refusals are thrown as problems. */
export const createMediaService = ({ url, token, worker, knows = ownVersion }: MediaServiceOptions) => {
  const ask = async (
    path: string,
    body: object,
    {
      msMax = answerMsMax,
      signal,
      wait = 0,
    }: {
      msMax?: number
      signal?: AbortSignal
      wait?: number
    } = {},
  ): Promise<unknown> => {
    const until = AbortSignal.timeout(msMax)
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        ...(wait > 0 ? { Prefer: `wait=${wait}` } : {}),
      },
      body: JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, until]) : until,
    })
    if (!answer.ok) throw await problemOf(answer)
    return answer.status === 204 ? undefined : answer.json()
  }

  return {
    /** The next job, or undefined where none comes for a while. */
    async claim(signal: AbortSignal): Promise<WorkAnswer | undefined> {
      const msMax = claimWaitSeconds * 1_000 + answerMsMax
      const found = await ask('/work/claim', { worker, ...knows }, { signal, msMax, wait: claimWaitSeconds })
      return found === undefined ? undefined : workAnswer.parse(found)
    },
    heartbeat: ({ id, lease }: WorkAnswer) => ask(`/work/${id}/heartbeat`, { lease }),
    progress: ({ id, lease }: WorkAnswer, report: Progress) =>
      ask(`/work/${id}/progress`, { lease, ...report }),
    finish: ({ id, lease }: WorkAnswer, made: Omit<FinishWork, 'lease'>) =>
      ask(`/work/${id}/finish`, { lease, ...made }, { msMax: 2 * answerMsMax }),
    fail: ({ id, lease }: WorkAnswer, failure: Omit<FailWork, 'lease'>) =>
      ask(`/work/${id}/fail`, { lease, ...failure }),
  }
}
