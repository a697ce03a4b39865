import { relatedOf, relatedTo } from '@logbook/contracts/digest.ts'
import type { DigestAnswer, DigestRelated } from '@logbook/contracts/http/digest.ts'
import { type RelatedPost, relatedPost } from '@logbook/contracts/http/query.ts'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { limits } from '../limits.ts'

const answer = z.array(relatedPost)

type Digest = Omit<DigestAnswer, 'related'>
export type RelatedPosts = ReturnType<typeof createRelatedPosts>

/**
 * Related posts of digests, from query, as the pages of their posts have them: what any reader may see at this moment, or a few seconds
 * ago where many mails are sent. While query is away there are none, and the mail is sent without.
 */
export const createRelatedPosts = (queryUrl: string) => {
  const known = new LRUCache<string, readonly RelatedPost[]>({
    max: limits.relatedKeptMax,
    ttl: limits.relatedMsMax,
  })
  const read = async (id: string): Promise<readonly RelatedPost[]> => {
    try {
      const response = await fetch(`${queryUrl}/posts/${id}/related`, {
        signal: AbortSignal.timeout(limits.relatedMsMax),
      })
      return response.ok ? answer.parse(await response.json()) : []
    } catch {
      return []
    }
  }
  return async (digest: Digest): Promise<DigestRelated[]> => {
    const lists = new Map<string, readonly RelatedPost[]>()
    await Promise.all(
      relatedTo(digest).map(async ({ id }) => {
        const list = known.get(id) ?? (await read(id))
        known.set(id, list, { noUpdateTTL: true })
        lists.set(id, list)
      }),
    )
    return relatedOf(digest, ({ id }) => lists.get(id) ?? [])
  }
}
