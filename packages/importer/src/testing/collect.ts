import type { ImportComment } from '@logbook/contracts/http/comments.ts'
import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import { predictedBook } from '../addresses.ts'
import type { Blog, Entry } from '../entry.ts'
import type { ImportPicture } from '../pictures/picture.ts'

export interface Collected {
  posts: ImportPost[]
  comments: ImportComment[]
  pictures: ImportPicture[]
  skipped: { where: string; reason: string }[]
  refused: { where: string; reason: string }[]
  notes: { where: string; reason: string }[]
  entries: Entry[]
}

/** Reads a blog to its end. */
export const collect = async ({ wanted, entries }: Pick<Blog, 'wanted' | 'entries'>): Promise<Collected> => {
  const found: Collected = {
    posts: [],
    comments: [],
    pictures: [],
    skipped: [],
    refused: [],
    notes: [],
    entries: [],
  }
  for await (const entry of entries(predictedBook(wanted))) {
    found.entries.push(entry)
    if (entry.type === 'post') found.posts.push(entry.item)
    else if (entry.type === 'comment') found.comments.push(entry.item)
    else if (entry.type === 'picture') found.pictures.push(entry.item)
    else if (entry.type === 'note') found.notes.push(entry)
    else if (entry.type !== 'progress') found[entry.type].push(entry)
  }
  return found
}

/** The only element of a list that has one. */
export const only = <Item>(items: readonly Item[]): Item => {
  const [item] = items
  if (items.length !== 1 || item === undefined) throw new Error(`expected one item, found ${items.length}`)
  return item
}

/** How many comments stand above each, by key. */
export const depths = (
  comments: readonly Pick<ImportComment, 'key' | 'parentKey'>[],
): Map<string, number> => {
  const found = new Map<string, number>()
  for (const { key, parentKey } of comments)
    found.set(key, parentKey === null ? 0 : (found.get(parentKey) ?? Number.NaN) + 1)
  return found
}
