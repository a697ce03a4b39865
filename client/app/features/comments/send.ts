import type { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import type { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import type { CreateComment } from '@logbook/contracts/http/comments.ts'
import type { GiveVerdict } from '@logbook/contracts/http/moderation.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { type ApiAnswer, apiOf } from '../../services/api.ts'
import { newKey } from '../page/key.ts'
import type { Guest } from './guest.ts'

/** A guest's author fields for comments; null without a name. */
export const authorOf = ({ name, email }: Guest): CreateComment['author'] =>
  name.trim() === '' ? null : { name: name.trim(), url: null, email: email.trim() || null }

/** The comment that a form holds, whose fields are read by name. People go by their account, guests by what they typed. */
export const commentIn = (field: (name: string) => string, { isGuest }: { isGuest: boolean }) => ({
  // Browsers send line ends as CRLF.
  content: field('content').replaceAll('\r\n', '\n'),
  parentId: field('parentId') || null,
  author: isGuest ? authorOf({ name: field('name'), email: field('email') }) : null,
})
export type WrittenComment = ReturnType<typeof commentIn>

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

const comments = apiOf<typeof commentEndpoints.rows>()
const moderation = apiOf<typeof moderationEndpoints.rows>()

/** What a command made, and its position kept for the next page. Never throws. */
const sent = async <State>(answering: Promise<ApiAnswer<State>>): Promise<Sent<State>> => {
  try {
    const answer = await answering
    if (!answer.ok) return { ok: false, problem: wordsFor(answer.problem), details: answer.problem }
    const position = answer.headers.get('Position')
    // biome-ignore lint/suspicious/noDocumentCookie: the next page has to hold what was just written
    if (position !== null) document.cookie = `position=${position}; Path=/; Max-Age=60; SameSite=Lax`
    return { ok: true, state: answer.body }
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
  comment: WrittenComment
}) =>
  sent(
    comments('POST /api/posts/:id/comments', {
      params: { id: postId },
      body: comment,
      headers: { 'Idempotency-Key': key },
    }),
  )

/** Votes on a comment; 0 withdraws. */
export const sendVote = ({ id, value }: { id: string; value: number }) =>
  sent(
    comments('PUT /api/comments/:id/vote', {
      params: { id },
      body: { value },
      headers: { 'Idempotency-Key': newKey() },
    }),
  )

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
  sent(
    moderation('POST /api/moderation/comments/:id/verdict', {
      params: { id },
      body: verdict,
      headers: { 'Idempotency-Key': newKey(), 'If-Match': `"${version}"` },
    }),
  )
