import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { typesOf } from '@logbook/contracts/events/define.ts'
import { type PostState, postEvents } from '@logbook/contracts/events/posts.ts'

export type PostEvent = LogbookEvent<keyof typeof postEvents>

/**
 * The state of a post, folded from its stream: its public state, and all slugs it has had, which stay reserved for it. `isClean` means
 * that its earlier texts were taken down and it was not edited since. `firstTitle` is its title at creation.
 */
export type Post =
  | { status: 'absent' }
  | (PostState & { slugsHad: readonly string[]; isClean?: boolean; firstTitle?: string })
export type WritablePost = Extract<Post, { status: 'draft' | 'published' }>

export const initialPost: Post = { status: 'absent' }

const isLive = (post: Post): post is WritablePost => post.status === 'draft' || post.status === 'published'

/** Applies an event. Total: an event that does not fit the state changes nothing. */
export const evolve = (post: Post, event: PostEvent): Post => {
  switch (event.type) {
    case 'PostCreated':
      return post.status === 'absent'
        ? { ...event.data, slugsHad: [event.data.slug], firstTitle: event.data.title }
        : post
    case 'PostEdited':
      return isLive(post) ? edited(post, event.data) : post
    case 'PostPublished':
      return isLive(post) ? published(post, event.data.publishedAt) : post
    case 'PostUnpublished':
      return isLive(post) ? { ...post, status: 'draft', updatedAt: event.data.unpublishedAt } : post
    case 'PostDeleted':
      return isLive(post) ? deleted(post, event.data.deletedAt) : post
    case 'PostTakenDown':
      return takenDown(post, event.data)
    case 'PostUpdated':
      // It repeats the facts beside it.
      return post
    case 'SlugReserved':
      // It is on a stream of its own.
      return post
    default:
      return event satisfies never
  }
}

const edited = (post: WritablePost, changes: LogbookEvent<'PostEdited'>['data']): Post => {
  const { slug = post.slug } = changes
  return {
    ...post,
    slug,
    title: changes.title ?? post.title,
    content: changes.content ?? post.content,
    excerpt: changes.excerpt === undefined ? post.excerpt : changes.excerpt,
    tags: changes.tags ?? post.tags,
    kind: changes.kind ?? post.kind,
    cover: changes.cover === undefined ? post.cover : changes.cover,
    coverAlt: changes.coverAlt ?? post.coverAlt,
    commentsClosed: changes.commentsClosed ?? post.commentsClosed,
    isClean: false,
    updatedAt: changes.editedAt,
    slugsHad: post.slugsHad.includes(slug) ? post.slugsHad : [...post.slugsHad, slug],
  }
}

const published = (post: WritablePost, at: string): Post => ({
  ...post,
  status: 'published',
  publishedAt: post.publishedAt ?? at,
  updatedAt: at,
})

const takenDown = (post: Post, { texts, takenDownAt }: LogbookEvent<'PostTakenDown'>['data']): Post => {
  if (post.status === 'absent') return post
  return { ...(isLive(post) && texts === 'all' ? deleted(post, takenDownAt) : post), isClean: true }
}

const deleted = (
  { id, slug, slugsHad }: WritablePost,
  deletedAt: string,
): PostState & { slugsHad: readonly string[] } => ({
  status: 'deleted',
  id,
  slug,
  deletedAt,
  slugsHad,
})

/** The public state, which is the data of a summary; undefined for a post that does not exist. */
export const stateOf = (post: Post): PostState | undefined => {
  if (post.status === 'absent') return undefined
  const { slugsHad: _, isClean: __, firstTitle: ___, ...state } = post
  return state
}

export const decodePost = decodeOf(typesOf(postEvents))
