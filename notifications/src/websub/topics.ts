import { slugSubject } from '@logbook/contracts/events/posts.ts'
import { readFields } from '@logbook/contracts/http/address.ts'
import { feedFiles } from '@logbook/contracts/http/websub.ts'
import { authorSlug, tagSlug } from '@logbook/contracts/tags.ts'
import type { Streams } from '../log/streams.ts'
import { type Feed, feedKey } from './changed-feeds.ts'

/** A feed of this blog in one format. */
export interface Topic {
  /** Changes of feeds are told by this. */
  feed: string
  /** Path and query. */
  path: string
}

interface TopicsOptions {
  slugs: Pick<Streams['slugs'], 'load'>
  publicUrl: string
}

const known: ReadonlySet<string> = new Set(['tag', 'author', 'post', 'of'])

export type Topics = ReturnType<typeof createTopics>

/** Finds the feed that an address names; undefined for any other address. Whether there is such a feed, query says. */
export const createTopics = ({ slugs, publicUrl }: TopicsOptions) => {
  const feedOf = async (fields: ReadonlyMap<string, string>): Promise<Feed | undefined> => {
    const [tag, author, post, of] = ['tag', 'author', 'post', 'of'].map((name) => fields.get(name))
    if (of !== undefined) return of === 'digest' ? { kind: 'digests', of: '' } : undefined
    if (post !== undefined) {
      const { state: postId } = await slugs.load(slugSubject(post.normalize('NFC').toLowerCase()))
      return postId === undefined ? undefined : { kind: 'comments', of: postId }
    }
    // The posts of a tag by one author change when those of the tag do.
    if (tag !== undefined) return { kind: 'tag', of: tagSlug(tag) }
    return author === undefined ? { kind: 'posts', of: '' } : { kind: 'author', of: authorSlug(author) }
  }
  return async (address: string): Promise<Topic | undefined> => {
    const url = URL.parse(address)
    if (url?.origin !== new URL(publicUrl).origin || url.hash !== '') return undefined
    const reading = readFields(url.search.slice(1))
    const isFile = feedFiles.some((file) => url.pathname === `/${file}`)
    if (!isFile || reading.kind !== 'read' || ![...reading.fields.keys()].every((name) => known.has(name)))
      return undefined
    const feed = await feedOf(reading.fields)
    return feed && { feed: feedKey(feed), path: `${url.pathname}${url.search}` }
  }
}
