import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { typesOf } from '@logbook/contracts/events/define.ts'
import {
  type PicturePlace,
  type PostState,
  postEvents,
  postStateOf,
} from '@logbook/contracts/events/posts.ts'
import { carried, mediaOf, type Pictured } from './picture-places.ts'

export type PostEvent = LogbookEvent<keyof typeof postEvents>

interface Beside {
  slugsHad: readonly string[]
  isClean?: boolean
  firstTitle?: string
  mediaHad?: readonly string[]
  awaited?: readonly PicturePlace[]
}

/**
 * The state of a post, folded from its stream: its public state, and all slugs it has had, which stay reserved for it. `isClean` means
 * that its earlier texts were taken down and it was not edited since. `firstTitle` is its title at creation. `mediaHad` are the media
 * that any of its texts named, `awaited` the places of the present one that wait for a picture of an import.
 */
export type Post = { status: 'absent' } | (PostState & Beside)
export type WritablePost = Extract<Post, { status: 'draft' | 'published' }>

export const initialPost: Post = { status: 'absent' }

const isLive = (post: Post): post is WritablePost => post.status === 'draft' || post.status === 'published'

/** Applies an event. Total: an event that does not fit the state changes nothing. */
export const evolve = (post: Post, event: PostEvent): Post => {
  switch (event.type) {
    case 'PostCreated':
      return post.status === 'absent'
        ? {
            ...postStateOf(event.data),
            ...{ slugsHad: [event.data.slug], firstTitle: event.data.title, mediaHad: mediaOf(event.data) },
          }
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
    case 'PostPicturesAwaited':
      return isLive(post) ? { ...post, awaited: event.data.pictures } : post
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
  const { slug = post.slug, placed } = changes
  const text: Pictured = {
    content: changes.content ?? post.content,
    cover: changes.cover === undefined ? post.cover : changes.cover,
  }
  return {
    ...planned(post, changes.publishAt),
    ...text,
    mediaHad: [...new Set([...(post.mediaHad ?? []), ...mediaOf(text)])],
    // Where pictures came, the next event says which are awaited still.
    awaited: placed || !post.awaited ? [] : carried(post.awaited, post, text),
    slug,
    title: changes.title ?? post.title,
    excerpt: changes.excerpt === undefined ? post.excerpt : changes.excerpt,
    tags: changes.tags ?? post.tags,
    kind: changes.kind ?? post.kind,
    coverAlt: changes.coverAlt ?? post.coverAlt,
    commentsClosed: changes.commentsClosed ?? post.commentsClosed,
    isClean: false,
    updatedAt: placed ? post.updatedAt : changes.editedAt,
    slugsHad: post.slugsHad.includes(slug) ? post.slugsHad : [...post.slugsHad, slug],
  }
}

/** Undefined: as before. */
const planned = (post: WritablePost, publishAt: string | null | undefined): WritablePost => {
  if (publishAt === undefined) return post
  const { publishAt: _, ...others } = post
  return publishAt === null ? others : { ...others, publishAt }
}

const published = (post: WritablePost, at: string): Post => ({
  ...planned(post, null),
  status: 'published',
  publishedAt: post.publishedAt ?? at,
  updatedAt: at,
})

const takenDown = (post: Post, { texts, takenDownAt }: LogbookEvent<'PostTakenDown'>['data']): Post => {
  if (post.status === 'absent') return post
  return { ...(isLive(post) && texts === 'all' ? deleted(post, takenDownAt) : post), isClean: true }
}

const deleted = ({ id, slug, slugsHad }: WritablePost, deletedAt: string): PostState & Beside => ({
  status: 'deleted',
  id,
  slug,
  deletedAt,
  slugsHad,
})

/** The public state, which is the data of a summary; undefined for a post that does not exist. */
export const stateOf = (post: Post): PostState | undefined => {
  if (post.status === 'absent') return undefined
  const { slugsHad: _, isClean: __, firstTitle: ___, mediaHad: ____, awaited: _____, ...state } = post
  return state
}

export const decodePost = decodeOf(typesOf(postEvents))
