import type { Cause } from '@logbook/chassis/command/cause.ts'
import { look } from '@logbook/chassis/http/validate.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import {
  type ImportOutcome,
  type importAddress,
  type importedAddress,
  importPost,
} from '@logbook/contracts/http/posts.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { z } from 'zod'
import { limits } from './limits.ts'
import { slugOf } from './slug.ts'
import type { Writer } from './writer.ts'

/** Dates keep their moment and are printed in the one form that sorts as text. */
const inOneForm = (timestamp: string): string => new Date(timestamp).toISOString()

const postOf = ({ key, slug: _, ...item }: z.output<typeof importPost>) => {
  const id = derivedId('import', key)
  const createdAt = inOneForm(item.createdAt)
  const publishedAt = item.publishedAt === null ? null : inOneForm(item.publishedAt)
  const whole = { ...item, id, authorId: null, createdAt, updatedAt: publishedAt ?? createdAt }
  return item.status === 'published'
    ? { ...whole, status: item.status, publishedAt: publishedAt ?? createdAt }
    : { ...whole, status: item.status, publishedAt }
}

const keyOf = (item: unknown): string =>
  typeof item === 'object' && item !== null && 'key' in item && typeof item.key === 'string' ? item.key : ''

type Address = z.output<typeof importedAddress>

/** The addresses that posts to be imported will have, or have: each of the first that is free when its turn comes. */
export const addressesOf = async (
  items: readonly z.output<typeof importAddress>[],
  writer: Pick<Writer, 'addressOf'>,
): Promise<Address[]> => {
  const addresses: Address[] = []
  for (const { key, title, slug } of items) {
    const id = derivedId('import', key)
    addresses.push({ key, id, slug: await writer.addressOf(id, slug ?? slugOf(title)) })
  }
  return addresses
}

/** Imports one item: a post with its own dates, under an id that follows from its key, so that a second time changes nothing. */
const importOne = async (
  item: unknown,
  { writer, ...circumstances }: { writer: Writer; caller: Caller } & Cause,
): Promise<ImportOutcome> => {
  const parsed = look(importPost, item)
  if (!parsed.success) return { outcome: 'refused', key: keyOf(item), reason: parsed.detail }
  const post = postOf(parsed.data)
  const { key, slug } = parsed.data
  try {
    const { appended } = await writer.create(post, slug, circumstances)
    return { outcome: appended ? 'imported' : 'unchanged', key, id: post.id }
  } catch (error) {
    // A fault of the way is the whole request's: it can be made again, and finds what was done.
    if (!(error instanceof Problem) || error.status >= 500) throw error
    return { outcome: 'refused', key, reason: error.message }
  }
}

type Importing = Parameters<typeof importOne>[1]

/** Imports all in one append. Undefined, and none imported, where one of them is not new or not right, or they are too long for one. */
const importTogether = async (
  items: readonly unknown[],
  { writer, ...circumstances }: Importing,
): Promise<ImportOutcome[] | undefined> => {
  const parsed = items.map((item) => look(importPost, item))
  const posts = parsed.flatMap((each) =>
    each.success ? [{ post: postOf(each.data), slug: each.data.slug, key: each.data.key }] : [],
  )
  const chars = posts.reduce((sum, { post }) => sum + post.content.length, 0)
  if (posts.length < items.length || chars > limits.appendedAtOnceCharsMax) return undefined
  try {
    await writer.createAll(posts, circumstances)
    return posts.map(({ key, post }) => ({ outcome: 'imported', key, id: post.id }))
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error
    return undefined
  }
}

/**
 * Imports items, those that are all new in one append, others one after the other: of posts of one moment, the later item is the
 * newer post.
 */
export const importAll = async (
  items: readonly unknown[],
  importing: Importing,
): Promise<ImportOutcome[]> => {
  const together = await importTogether(items, importing)
  if (together) return together
  const outcomes: ImportOutcome[] = []
  for (const item of items) outcomes.push(await importOne(item, importing))
  return outcomes
}
