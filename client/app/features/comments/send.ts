import type { CommentState } from '@logbook/contracts/events/comments.ts'
import type { CreateComment, VoteValue } from '@logbook/contracts/http/comments.ts'
import type { GiveVerdict, StandingVerdict } from '@logbook/contracts/http/moderation.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { newKey } from '../page/key.ts'
import type { Guest } from './guest.ts'

const sendMsMax = 15_000

/** A guest's author fields for comments; null without a name. */
export const authorOf = ({ name, email }: Guest): CreateComment['author'] =>
  name.trim() === '' ? null : { name: name.trim(), url: null, email: email.trim() || null }

/** `details` is the problem as the service answered it; absent where nothing came back. */
export type Sent<State> = { ok: true; state: State } | { ok: false; problem: string; details?: ProblemBody }

/** The error message for the author of a comment. */
export const wordsFor = (problem: Pick<ProblemBody, 'code' | 'detail' | 'errors'>): string => {
  switch (problem.code) {
    case 'invalid':
      return (
        (problem.errors ?? [])
          .map(({ path, message }) => [path, message].filter(Boolean).join(' '))
          .join('; ') || 'Some fields are not valid.'
      )
    case 'not-found':
    case 'gone':
      return 'It no longer exists.'
    case 'precondition-failed':
      return 'Something changed in the meantime. Try again.'
    case 'too-many':
      return 'Too many requests. Try again in a minute.'
    case 'too-large':
      return 'It is too long.'
    case 'unavailable':
    case 'timeout':
    case 'view-behind':
      return 'This part of the blog is not available. Try again.'
    default:
      return problem.detail ?? 'It was not accepted. Try again.'
  }
}

interface Command {
  path: string
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The same again is the same command. */
  key: string
  body?: unknown
  /** The version that it is meant for. */
  ifMatch?: string
}

/** Sends a command from the browser. Never throws. */
const command = async <State>({ path, method, key, body, ifMatch }: Command): Promise<Sent<State>> => {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        'Idempotency-Key': key,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(sendMsMax),
    })
    if (!response.ok) {
      const details = (await response.json()) as ProblemBody
      return { ok: false, problem: wordsFor(details), details }
    }
    const position = response.headers.get('Position')
    // biome-ignore lint/suspicious/noDocumentCookie: the next page has to hold what was just written
    if (position !== null) document.cookie = `position=${position}; Path=/; Max-Age=60; SameSite=Lax`
    return { ok: true, state: (response.status === 204 ? null : await response.json()) as State }
  } catch {
    return { ok: false, problem: 'It could not be sent. Check your connection.' }
  }
}

/** Posts a comment. The same key again is the same comment: to try again never posts it twice. */
export const sendComment = ({
  postId,
  key,
  comment,
}: {
  postId: string
  key: string
  comment: CreateComment
}) => command<CommentState>({ path: `/api/posts/${postId}/comments`, method: 'POST', key, body: comment })

/** Votes on a comment; 0 withdraws. */
export const sendVote = ({ id, value }: { id: string; value: VoteValue }) =>
  command<CommentState>({ path: `/api/comments/${id}/vote`, method: 'PUT', key: newKey(), body: { value } })

/** Says what a person decides on a comment, upon the verdict of that version. */
export const sendVerdict = ({
  id,
  verdict,
  version,
}: {
  id: string
  verdict: GiveVerdict
  version: number
}) =>
  command<StandingVerdict>({
    path: `/api/moderation/comments/${id}/verdict`,
    method: 'POST',
    key: newKey(),
    ifMatch: `"${version}"`,
    body: verdict,
  })
