import { postSubject, slugSubject } from '@logbook/contracts/events/posts.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import type { Streams } from '../log/streams.ts'

interface TargetsOptions {
  streams: Pick<Streams, 'posts' | 'slugs'>
  publicUrl: string
  blog: () => Pick<BlogSettings, 'commentsFrom' | 'mentions'>
}

/** The post behind an address of this blog, or why there is none that may be mentioned. */
/** `isOpen`: new mentions are taken. */
export type Target = { postId: string; isOpen: boolean } | { objection: string }

const slugOf = (address: string, publicUrl: string): string | undefined => {
  const url = URL.parse(address)
  if (url === null || url.origin !== new URL(publicUrl).origin) return undefined
  const [, encoded = ''] = /^\/posts\/([^/]+)\/?$/.exec(url.pathname) ?? []
  try {
    return decodeURIComponent(encoded).normalize('NFC').toLowerCase() || undefined
  } catch {
    return undefined
  }
}

export type Targets = ReturnType<typeof createTargets>

/** Finds posts by their addresses, present and former. The streams themselves are asked, since the view may be behind. */
export const createTargets = ({ streams: { posts, slugs }, publicUrl, blog }: TargetsOptions) => ({
  isOwn: (address: string): boolean => URL.parse(address)?.origin === new URL(publicUrl).origin,
  async find(address: string): Promise<Target> {
    const slug = slugOf(address, publicUrl)
    const { state: postId } = slug === undefined ? { state: undefined } : await slugs.load(slugSubject(slug))
    const post = postId === undefined ? undefined : (await posts.load(postSubject(postId))).state
    if (!blog().mentions) return { objection: 'must be of a blog that takes mentions' }
    if (postId === undefined || !post?.isPublished)
      return { objection: 'must be a published post of this blog' }
    return { postId, isOpen: post.isOpen && blog().commentsFrom === 'guests' }
  },
})
