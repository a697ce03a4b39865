import { isDeepStrictEqual } from 'node:util'
import { Problem } from '@logbook/chassis/problem.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import type { Doer } from '@logbook/contracts/events/doer.ts'
import { postSubject, slugSubject, type TakenDownTexts } from '@logbook/contracts/events/posts.ts'
import type { EditPost } from '@logbook/contracts/http/posts.ts'
import { type Caller, doerOf, mayModerate } from '@logbook/contracts/identity.ts'
import { slugToPublish } from './draft-address.ts'
import { evolve, type Post, type PostEvent, stateOf, type WritablePost } from './post.ts'

/** `at` is RFC 3339. A slug in a command is the one to be had: where another post has it, the append is refused. */
export type PostCommand =
  | { kind: 'create'; post: EventData<'PostCreated'> }
  | { kind: 'edit'; changes: EditPost; at: string }
  /** `slug` is for a draft whose title changed since it made its slug (`slugToPublish`). */
  | { kind: 'publish'; at: string; slug?: string | undefined }
  | { kind: 'unpublish'; at: string }
  | { kind: 'delete'; at: string }
  | { kind: 'take-down'; texts: TakenDownTexts; reason: string; at: string }

type Fact = Extract<
  PostEvent['type'],
  'PostEdited' | 'PostPublished' | 'PostUnpublished' | 'PostDeleted' | 'PostTakenDown'
>
type KnownPost = Exclude<Post, { status: 'absent' }>

/** True for who may see and change a post: its author, and whoever has the whole blog in hand. */
export const isTheirs = ({ authorId }: { authorId: string | null }, caller: Caller): boolean => {
  if (caller.kind === 'service') return true
  return caller.kind === 'person' && (caller.role === 'owner' || caller.id === authorId)
}

/** Another's draft is not there, even for who has its address; what everyone can read is another's. */
const mustBeTheirs = (post: WritablePost, caller: Caller): void => {
  if (isTheirs(post, caller)) return
  if (post.status === 'draft') throw new Problem('not-found', { detail: 'There is no such post.' })
  throw new Problem('forbidden', { detail: 'This post is another author’s.' })
}

/**
 * What a command leads to. Nothing where nothing changes, and where the post to be created exists. Throws `not-found` for
 * a post that does not exist or is another's draft, `forbidden` for another's post, and `gone` for one that was deleted.
 */
export const decide = (post: Post, command: PostCommand, caller: Caller): readonly DomainEvent[] => {
  if (command.kind === 'create') return post.status === 'absent' ? create(command.post) : []
  if (post.status === 'absent') throw new Problem('not-found', { detail: 'There is no such post.' })
  if (command.kind === 'take-down') return takeDown(post, { command, caller })
  if (post.status === 'deleted') throw new Problem('gone', { detail: 'This post was deleted.' })
  mustBeTheirs(post, caller)
  const { id } = post
  const by = doerOf(caller)
  switch (command.kind) {
    case 'edit':
      return edit(post, { ...command, by })
    case 'publish':
      if (post.status === 'published') return []
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

/** Also of a post that was deleted: its texts are part of the past that moderators see. A draft that nobody has read is not there. */
const takeDown = (post: KnownPost, { command, caller }: TakeDown): DomainEvent[] => {
  const { reason, at } = command
  const wasRead = post.status === 'deleted' || post.publishedAt !== null
  if (post.status !== 'deleted' && !(wasRead && mayModerate(caller))) mustBeTheirs(post, caller)
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
  // Looked at again here: meanwhile someone may have given it another slug.
  const moves = slug !== undefined && slugToPublish(post) !== undefined
  const moved = moves ? edit(post, { changes: { slug }, at, by }) : []
  const events = moved.filter(({ type }) => type === 'PostEdited') as PostEvent[]
  const next = events.reduce(evolve, post as Post)
  if (next.status !== 'draft') return []
  const own = moved.filter(({ subject }) => subject === postSubject(id))
  const reserved = moved.filter((event) => !own.includes(event))
  // Those of one stream stand side by side, by which a retry finds them.
  return [...own, ...changed(next, 'PostPublished', { id, publishedAt: at, by }), ...reserved]
}

interface Edit {
  changes: EditPost
  at: string
  by: Doer | null
}

const reserve = (slug: string, postId: string): DomainEvent => ({
  type: 'SlugReserved',
  subject: slugSubject(slug),
  data: { slug, postId },
  expectedVersion: 'none',
})

/** A tag that is named twice counts once. */
const unique = (tags: readonly string[]): string[] => [...new Set(tags)]

const create = (post: EventData<'PostCreated'>): DomainEvent[] => [
  { type: 'PostCreated', subject: postSubject(post.id), data: { ...post, tags: unique(post.tags) } },
  reserve(post.slug, post.id),
]

const edit = (post: WritablePost, { changes, at, by }: Edit): DomainEvent[] => {
  const wanted = changes.tags ? { ...changes, tags: unique(changes.tags) } : changes
  const different = Object.entries(wanted).filter(
    ([field, value]) => !isDeepStrictEqual(value, post[field as keyof EditPost]),
  )
  if (different.length === 0) return []
  const { slug } = changes
  const data = { ...Object.fromEntries(different), id: post.id, editedAt: at, by }
  const events = changed(post, 'PostEdited', data)
  // A post may return to a slug it had: that one is reserved for it already.
  return slug === undefined || post.slugsHad.includes(slug) ? events : [...events, reserve(slug, post.id)]
}

/** A fact and, beside it, the summary of the state that it leads to. */
const changed = <Type extends Fact>(post: KnownPost, type: Type, data: EventData<Type>): DomainEvent[] => {
  const subject = postSubject(post.id)
  const after = stateOf(evolve(post, { type, data } as PostEvent))
  return [
    { type, subject, data },
    { type: 'PostUpdated', subject, data: after },
  ]
}
