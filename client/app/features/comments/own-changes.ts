import type { CommentState } from '@logbook/contracts/events/comments.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { newKey } from '../page/key.ts'
import { command, type Sent, wordsFor } from './send.ts'

const readMsMax = 10_000
const addressOf = (id: string): string => `/api/comments/${encodeURIComponent(id)}`

/** Said where a comment has another text than the one that was before its author. */
export const changedElsewhere = 'It was changed elsewhere meanwhile. Load the page again to see how.'

/** What a text was read as: a vote changes the version, but not what was written. */
const versionOf = async (id: string, revision: number): Promise<Sent<string>> => {
  const response = await fetch(addressOf(id), { signal: AbortSignal.timeout(readMsMax) })
  if (!response.ok) return { ok: false, problem: wordsFor((await response.json()) as ProblemBody) }
  const comment = (await response.json()) as PublicComment
  return comment.revision > revision
    ? { ok: false, problem: changedElsewhere }
    : { ok: true, state: response.headers.get('ETag') ?? '*' }
}

/** Why one's own comment was not published, as of a position of the log or later; null where nothing is said. Never throws. */
export const readReason = async (id: string, position: string | null): Promise<string | null> => {
  try {
    const response = await fetch(addressOf(id), {
      ...(position === null ? {} : { headers: { 'Min-Position': position, Prefer: 'wait=5' } }),
      signal: AbortSignal.timeout(readMsMax),
    })
    return response.ok ? ((await response.json()) as PublicComment).reason : null
  } catch {
    return null
  }
}

interface Edit {
  id: string
  /** Of the text that was edited, counted from 1. */
  revision: number
  text: string
}

/** Gives one's own comment another text, if it still has the one that was edited. */
export const sendEdit = async ({ id, revision, text }: Edit): Promise<Sent<CommentState>> => {
  try {
    const version = await versionOf(id, revision)
    if (!version.ok) return version
    return await command<CommentState>({
      path: addressOf(id),
      method: 'PATCH',
      key: newKey(),
      body: { content: text },
      ifMatch: version.state,
    })
  } catch {
    return { ok: false, problem: 'It could not be sent. Is there a connection?' }
  }
}

/** Takes a comment away for good. */
export const sendDeletion = (id: string) =>
  command<null>({ path: addressOf(id), method: 'DELETE', key: newKey() })

/** Marks a comment as picked. */
export const sendPick = (id: string) =>
  command<CommentState>({ path: `${addressOf(id)}/promote`, method: 'POST', key: newKey() })
