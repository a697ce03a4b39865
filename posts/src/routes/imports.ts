import type { Clock } from '@logbook/chassis/clock.ts'
import type { Cause } from '@logbook/chassis/command/cause.ts'
import { importAll } from '@logbook/chassis/command/import-all.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import type { PostState } from '@logbook/contracts/events/posts.ts'
import type { ImportOutcome } from '@logbook/contracts/http/imports.ts'
import {
  type importAddress,
  type importedAddress,
  type importPost,
  importPostAt,
} from '@logbook/contracts/http/posts.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { z } from 'zod'
import { slugOf } from '../domain/slug.ts'
import { limits } from '../limits.ts'
import type { PostList } from '../read-model/post-list.ts'
import type { NewPost, Writer } from './writer.ts'

/** The same instant in UTC with milliseconds: timestamps in this format sort as text. */
const inUtc = (timestamp: string): string => new Date(timestamp).toISOString()

type Item = z.output<typeof importPost>

const idOf = ({ key }: { key: string }): string => derivedId('import', key)

const postOf = ({ key, slug: _, pictures: __, publishAt, ...item }: Item, now: string): NewPost => {
  const id = idOf({ key })
  const createdAt = inUtc(item.createdAt)
  const publishedAt = item.publishedAt === null ? null : inUtc(item.publishedAt)
  const updatedAt = inUtc(item.updatedAt ?? publishedAt ?? createdAt)
  const whole = { ...item, id, authorId: null, createdAt, updatedAt, imported: true as const }
  if (item.status === 'published')
    return { ...whole, status: item.status, publishedAt: publishedAt ?? createdAt }
  const planned = publishAt !== null && publishAt > now ? { publishAt } : {}
  return { ...whole, status: item.status, publishedAt, ...planned }
}

const creationOf = (item: Item, now: string) => ({
  post: postOf(item, now),
  slug: item.slug,
  pictures: item.pictures,
})

type Address = z.output<typeof importedAddress>

interface Addressing {
  bus: Pick<Bus, 'read'>
  follower: Pick<Follower<never>, 'position' | 'reached'>
  list: Pick<PostList, 'slugOf'>
  writer: Pick<Writer, 'addressOf' | 'addressOfNew'>
}

/** True if the view reaches the present head of the log in time. */
const isUpToDate = async ({ bus, follower }: Pick<Addressing, 'bus' | 'follower'>): Promise<boolean> => {
  const { position, more } = await bus.read({ after: follower.position, limit: limits.viewLagEventsMax })
  return !more && follower.reached(position, limits.viewWaitMsMax)
}

/**
 * The address of each post, present or promised: the first one that is free, in the order of the items. They are taken from the view if
 * it is up to date; otherwise the log is read for each post.
 */
const addressesOf = async (
  items: readonly z.output<typeof importAddress>[],
  { writer, list, ...log }: Addressing,
): Promise<Address[]> => {
  const knowsAll = await isUpToDate(log)
  const addresses: Address[] = []
  for (const { key, title, slug = slugOf(title) } of items) {
    const id = idOf({ key })
    const promised = () => (knowsAll ? writer.addressOfNew(id, slug) : writer.addressOf(id, slug))
    addresses.push({ key, id, slug: list.slugOf(id) ?? (await promised()) })
  }
  return addresses
}

interface Importing extends Cause {
  writer: Writer
  list: Pick<PostList, 'one'>
  caller: Caller
  clock: Clock
}

/** Whether the text of a post has an address in whose place one of the pictures may belong, as far as the view knows. The log decides. */
const mayLack = (list: Importing['list'], { key, pictures }: Item): boolean => {
  const body = pictures.length === 0 ? undefined : list.one(idOf({ key }))?.body
  if (body === undefined) return pictures.length > 0
  const known = JSON.parse(body) as PostState
  if (known.status === 'deleted') return false
  const { content, cover } = known
  return pictures.some(({ was, as }) => (as === 'cover' ? was === cover : content.includes(was)))
}

/** Imports posts with their own dates, and completes those that are here with pictures that came since. Of posts with the same date, the later item is listed as newer. */
const importPosts = (
  items: readonly unknown[],
  { writer, list, clock, ...context }: Importing,
): Promise<ImportOutcome[]> => {
  const now = clock.now()
  const at = now.toISOString()
  return importAll(items, {
    schema: importPostAt(now),
    idOf,
    isHere: (id) => list.one(id) !== undefined,
    async complete(item) {
      if (!mayLack(list, item)) return false
      const source = { content: item.content, cover: item.cover, pictures: item.pictures }
      const command = { kind: 'place', source, at } as const
      return (await writer.write(idOf(item), command, context)).appended.includes('PostEdited')
    },
    async importNew(fresh) {
      const posts = fresh.map((item) => creationOf(item, at))
      const chars = posts.reduce((sum, { post }) => sum + post.content.length, 0)
      if (chars > limits.appendedAtOnceCharsMax) throw new Problem('too-large')
      await writer.createAll(posts, context)
    },
    importOne: async (item) => (await writer.create(creationOf(item, at), context)).appended.length > 0,
  })
}

interface ImportsOptions {
  bus: Addressing['bus']
  clock: Clock
  writer: Writer
  list: PostList
  follower: Addressing['follower']
}

export const imports = ({ bus, clock, writer, list, follower }: ImportsOptions) =>
  handlersOf(postEndpoints)({
    async 'POST /imports'({ body, cause }, caller) {
      return { body: await importPosts(body, { ...cause, writer, list, caller, clock }) }
    },
    async 'POST /imports/addresses'({ body }) {
      return { body: await addressesOf(body, { bus, writer, list, follower }) }
    },
  })
