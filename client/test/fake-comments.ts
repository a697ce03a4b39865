import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { Asked, Reply } from './fake-services.ts'
import { minutesAgo } from './sample-blog.ts'

export const problem = (status: number, code: string, more = {}): Reply => ({
  status,
  body: { type: 'about:blank', title: code, status, code, ...more },
})

/** What a command makes of a comment; undefined where it was meant for another version. */
export const changedComment = (
  comment: PublicComment,
  { method, step, headers, body }: Pick<Asked, 'method' | 'headers' | 'body'> & { step: string | undefined },
): PublicComment | undefined => {
  const { score, revision } = comment
  if (step === 'vote') return { ...comment, score: score + Number(body.value) }
  if (method === 'PUT') return { ...comment, ...body }
  if (step === 'take-down' && !body.reason) return undefined
  if (method === 'DELETE' || step === 'take-down')
    return { ...comment, status: 'deleted', author: null, content: null }
  if (method !== 'PATCH') return comment
  if (headers['if-match'] !== `"${revision}"`) return undefined
  const content = String(body.content)
  return { ...comment, content, status: 'pending', revision: revision + 1, editedAt: minutesAgo(0) }
}
