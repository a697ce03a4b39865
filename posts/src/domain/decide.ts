import { isDeepStrictEqual } from 'node:util'
import { Problem } from '@logbook/chassis/problem.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import type { Doer } from '@logbook/contracts/events/doer.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import { type PostState, postSubject, type TakenDownTexts } from '@logbook/contracts/events/posts.ts'
import type { EditPost } from '@logbook/contracts/http/posts.ts'
import { type Caller, doerOf, mayModerate } from '@logbook/contracts/identity.ts'
import { slugToPublish } from './draft-address.ts'
import { type PlacedPicture, placing } from './picture-places.ts'
import { type PlaceCommand, placePictures } from './place-pictures.ts'
import { evolve, type Post, type PostEvent, stateOf, type WritablePost } from './post.ts'

/** `at` is RFC 3339. The slug in a command is final: the log refuses the append where another post has it. */
export type PostCommand =
  /** `pictures` are the places in an imported text of those that come with it. */
  | { kind: 'create'; post: EventData<'PostCreated'>; pictures?: readonly PlacedPicture[] }
  | PlaceCommand
  | { kind: 'edit'; changes: EditPost; at: string }
  /**
   * `slug` replaces the slug of a draft whose title has changed since it was made (`slugToPublish`). With `due`, only a draft that waits for
   * this time is published.
   */
  | { kind: 'publish'; at: string; slug?: string | undefined; due?: string | undefined }
  | { kind: 'unpublish'; at: string }
  | { kind: 'delete'; at: string }
  | { kind: 'take-down'; texts: TakenDownTexts; reason: string; at: string }

type Fact = Extract<
  PostEvent['type'],
  'PostEdited' | 'PostPublished' | 'PostUnpublished' | 'PostDeleted' | 'PostTakenDown'
>
type KnownPost = Exclude<Post, { status: 'absent' }>

/** True for callers that may read and change a post: its author, the owner and services. */
export const mayChange = ({ authorId }: { authorId: string | null }, caller: Caller): boolean => {
  if (caller.kind === 'service') return true
  return caller.kind === 'person' && (caller.role === 'owner' || caller.id === authorId)
}

/** Throws `not-found` for a draft of another author, so that its existence stays hidden, and `forbidden` for a published post. */
const assertMayChange = (post: WritablePost, caller: Caller): void => {
  if (mayChange(post, caller)) return
  if (post.status === 'draft') throw new Problem('not-found', { detail: 'There is no such post.' })
  throw new Problem('forbidden', { detail: 'This post belongs to another author.' })
}

/**
 * The events of a command. Empty where nothing changes, and where the post to be created exists. Throws `not-found` for a post that
 * does not exist or is another author's draft, `forbidden` for another author's post, and `gone` for a deleted post.
 */
export const decide = (post: Post, command: PostCommand, caller: Caller): readonly DomainEvent[] => {
  if (command.kind === 'create') return post.status === 'absent' ? create(command) : []
  if (command.kind === 'place') return placePictures(post, command)
  if (post.status === 'absent') throw new Problem('not-found', { detail: 'There is no such post.' })
  if (command.kind === 'take-down') return takeDown(post, { command, caller })
  if (post.status === 'deleted') throw new Problem('gone', { detail: 'This post was deleted.' })
  assertMayChange(post, caller)
  const { id } = post
  const by = doerOf(caller)
  switch (command.kind) {
    case 'edit':
      return edit(post, { ...command, by })
    case 'publish':
      if (post.status === 'published') return []
      if (command.due !== undefined && post.publishAt !== command.due) return []
      return publish(post, { ...command, by })
    case 'unpublish':
      if (post.status === 'draft') return []
      return changed(post, 'PostUnpublished', { id, unpublishedAt: command.at, by })
    case 'delete':
      return changed(post, 'PostDeleted', { id, deletedAt: command.at, by })
    default:
      return command satisfies never
  }
}

interface TakeDown {
  command: Extract<PostCommand, { kind: 'take-down' }>
  caller: Caller
}

/** Allowed on a deleted post too: moderators can still read its texts in the past. A draft that was never published is hidden from them. */
const takeDown = (post: KnownPost, { command, caller }: TakeDown): DomainEvent[] => {
  const { reason, at } = command
  const wasRead = post.status === 'deleted' || post.publishedAt !== null
  if (post.status !== 'deleted' && !(wasRead && mayModerate(caller))) assertMayChange(post, caller)
  const texts = post.status === 'deleted' ? 'all' : command.texts
  if (post.isClean && (texts === 'earlier' || post.status === 'deleted')) return []
  return changed(post, 'PostTakenDown', { id: post.id, takenDownAt: at, by: doerOf(caller), reason, texts })
}

interface Publish {
  at: string
  slug?: string | undefined
  by: Doer | null
}

const publish = (post: WritablePost, { at, slug, by }: Publish): DomainEvent[] => {
  const { id } = post
  // Checked again, because the slug may have been changed since the command was prepared.
  const moves = slug !== undefined && slugToPublish(post) !== undefined
  const moved = moves ? edit(post, { changes: { slug }, at, by }) : []
  const events = moved.filter(({ type }) => type === 'PostEdited') as PostEvent[]
  const next = events.reduce(evolve, post as Post)
  if (next.status !== 'draft') return []
  const own = moved.filter(({ subject }) => subject === postSubject(id))
  const reserved = moved.filter((event) => !own.includes(event))
  // Events of one stream are adjacent: a retry finds them by that.
  return [...own, ...changed(next, 'PostPublished', { id, publishedAt: at, by }), ...reserved]
}

interface Edit {
  changes: EditPost
  at: string
  by: Doer | null
}

const reserve = (slug: string, postId: string): DomainEvent => ({
  ...newEvent('SlugReserved', { slug, postId }),
  expectedVersion: 'none',
})

/** Drops repeated tags. */
const unique = (tags: readonly string[]): string[] => [...new Set(tags)]

const create = ({ post, pictures = [] }: Extract<PostCommand, { kind: 'create' }>): DomainEvent[] => {
  const { content, cover, awaited } = placing(post, pictures)
  const { id, slug } = post
  return [
    newEvent('PostCreated', { ...post, content, cover, tags: unique(post.tags) }),
    ...(awaited.length === 0 ? [] : [newEvent('PostPicturesAwaited', { id, pictures: awaited })]),
    reserve(slug, id),
  ]
}

const edit = (post: WritablePost, { changes, at, by }: Edit): DomainEvent[] => {
  const wanted = changes.tags ? { ...changes, tags: unique(changes.tags) } : changes
  const different = Object.entries(wanted).filter(
    ([field, value]) => !isDeepStrictEqual(value, post[field as keyof EditPost] ?? null),
  )
  if (different.length === 0) return []
  if (post.status === 'published' && changes.publishAt)
    throw new Problem('conflict', { detail: 'This post is published already.' })
  const { slug } = changes
  const data = { ...Object.fromEntries(different), id: post.id, editedAt: at, by }
  const events = changed(post, 'PostEdited', data)
  // A slug that the post had before is still reserved for it.
  return slug === undefined || post.slugsHad.includes(slug) ? events : [...events, reserve(slug, post.id)]
}

/** A fact, followed by the summary of the state after it. */
const changed = <Type extends Fact>(post: KnownPost, type: Type, data: EventData<Type>): DomainEvent[] => {
  const after = stateOf(evolve(post, { type, data } as PostEvent)) as PostState
  return [newEvent(type, data), newEvent('PostUpdated', after)]
}
