import type { Cause } from '@logbook/chassis/command/cause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { StreamState } from '@logbook/chassis/command/stream-cache.ts'
import type { Command } from '@logbook/chassis/http/serve.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { type PostState, postSubject, slugSubject } from '@logbook/contracts/events/posts.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { decide, type PostCommand } from '../domain/decide.ts'
import { slugToPublish } from '../domain/draft-address.ts'
import type { PlacedPicture } from '../domain/picture-places.ts'
import { type Post, type PostEvent, stateOf } from '../domain/post.ts'
import { slugOf } from '../domain/slug.ts'
import type { Claim, SlugBook } from '../domain/slug-book.ts'
import { limits } from '../limits.ts'

/** The caller, cause and conditions of a command. A command of an import has no id and no conditions. */
interface CommandContext extends Partial<Omit<Command, keyof Cause>>, Cause {
  caller: Caller
}

type WithoutSlug<Each> = Each extends unknown ? Omit<Each, 'slug'> : never
export type NewPost = WithoutSlug<EventData<'PostCreated'>>

/** A post to be created. Without a slug, one is generated from the title. */
interface Creation {
  post: NewPost
  slug: string | undefined
  /** The places in an imported text of pictures that come with it. */
  pictures?: readonly PlacedPicture[]
}

/** The post after a command. `appended` are the types of its events, none where it changed nothing. */
export interface Written {
  state: PostState
  version: number
  position: number
  appended: readonly string[]
}

export interface Writer {
  /** Runs a command that reserves no slug. */
  write(id: string, command: PostCommand, context: CommandContext): Promise<Written>
  /** Edits a post; the edit may change the slug. */
  edit(id: string, command: Extract<PostCommand, { kind: 'edit' }>, context: CommandContext): Promise<Written>
  /** Publishes a post. The slug of a draft follows its title until then, unless it was chosen. */
  publish(
    id: string,
    command: Extract<PostCommand, { kind: 'publish' }>,
    context: CommandContext,
  ): Promise<Written>
  /** The slug of a post. For a post that does not exist yet, a free slug, which this process gives to no other post. */
  addressOf(id: string, wanted: string): Promise<string>
  /** The same for a post that is known not to exist yet. */
  addressOfNew(id: string, wanted: string): string
  /** Creates a post; an existing one stays as it is. */
  create(creation: Creation, context: CommandContext): Promise<Written>
  /** Creates posts in one append, in this order. Throws, and creates none, if one of them exists or its slug is taken. */
  createAll(posts: readonly Creation[], context: CommandContext): Promise<void>
}

interface WriterOptions {
  posts: CommandHandler<Post, PostEvent>
  slugs: SlugBook
}

const createAllBy =
  ({ posts, slugs }: WriterOptions): Writer['createAll'] =>
  async (wanted, { caller, ...context }) => {
    const claimed = wanted.map(({ post, slug = slugOf(post.title), pictures = [] }) => {
      const claim = slugs.claim({ slug, postId: post.id, from: slugs.hint(slug) })
      return { slug, claim, pictures, post: { ...post, slug: claim.slug } }
    })
    try {
      await posts.beginAll(
        claimed.map(({ post, pictures }) => ({
          ...context,
          subject: postSubject(post.id),
          decide: (before) => decide(before, { kind: 'create', post, pictures }, caller),
        })),
      )
    } catch (error) {
      for (const { claim, post } of claimed) slugs.released(claim, post.id)
      throw error
    }
    for (const { slug, claim } of claimed) slugs.reserved(slug, claim)
  }

/** Runs commands, and finds a free slug for those that need one: `-2`, `-3`, … where it is taken. */
export const createWriter = ({ posts, slugs }: WriterOptions): Writer => {
  const write: Writer['write'] = async (id, command, context) => {
    let appended: readonly string[] = []
    const { caller, ...rest } = context
    const handled = await posts.handle({
      ...rest,
      subject: postSubject(id),
      decide: (post) => {
        const events = decide(post, command, caller)
        appended = events.map(({ type }) => type)
        return events
      },
    })
    return { ...writtenOf(handled), appended }
  }

  const withFreeSlug = async (
    wanted: { slug: string; postId: string; from: number },
    attempt: (slug: string) => Promise<Written>,
  ): Promise<Written> => {
    let { from } = wanted
    for (let tries = 0; tries < limits.slugTriesMax; tries++) {
      const claim = slugs.claim({ ...wanted, from })
      try {
        const written = await attempt(claim.slug)
        if (written.state.slug === claim.slug) slugs.reserved(wanted.slug, claim)
        else slugs.released(claim, wanted.postId)
        return written
      } catch (error) {
        if (!isTaken(error, claim)) {
          slugs.released(claim, wanted.postId)
          throw error
        }
        slugs.refused(claim)
        // A view that is far behind has few of the slugs. The steps double, so that a free one is found soon all the same.
        from = claim.ordinal + (tries < limits.slugStepsMax ? 1 : 2 ** (tries - limits.slugStepsMax))
      }
    }
    throw new Problem('conflict', { detail: `No free slug was found for ${wanted.slug}.` })
  }

  return {
    write,
    async edit(id, command, context) {
      const { slug } = command.changes
      if (slug === undefined) return write(id, command, context)
      return withFreeSlug({ slug, postId: id, from: 1 }, (free) =>
        write(id, { ...command, changes: { ...command.changes, slug: free } }, context),
      )
    },
    async publish(id, command, context) {
      const { state } = await posts.load(postSubject(id))
      const slug = slugToPublish(state)
      if (slug === undefined) return write(id, command, context)
      return withFreeSlug({ slug, postId: id, from: slugs.hint(slug) }, (free) =>
        write(id, { ...command, slug: free }, context),
      )
    },
    async addressOf(id, wanted) {
      const { state } = await posts.load(postSubject(id))
      return state.status === 'absent' ? slugs.promise({ slug: wanted, postId: id }) : state.slug
    },
    addressOfNew: (id, wanted) => slugs.promise({ slug: wanted, postId: id }),
    async create({ post, slug = slugOf(post.title), pictures = [] }, context) {
      return withFreeSlug({ slug, postId: post.id, from: slugs.hint(slug) }, (free) =>
        write(post.id, { kind: 'create', post: { ...post, slug: free }, pictures }, context),
      )
    },
    createAll: createAllBy({ posts, slugs }),
  }
}

const isTaken = (error: unknown, { slug }: Claim): boolean =>
  isProblem(error, 'version-conflict') && error.details.extensions?.subject === slugSubject(slug)

const writtenOf = ({ state, version, position }: StreamState<Post>): Omit<Written, 'appended'> => {
  const known = stateOf(state)
  if (known === undefined) throw new Problem('internal', { detail: 'There is no post after the command.' })
  return { state: known, version, position }
}
