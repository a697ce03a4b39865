import type { PicturePlace } from '@logbook/contracts/events/posts.ts'
import type { ImportComment } from '@logbook/contracts/http/comments.ts'
import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import type { AddressBook, WantedAddress } from './addresses.ts'
import type { ImportPicture, PictureFinder } from './pictures/picture.ts'
import type { FoundSettings } from './settings.ts'

/** What kinds of thing an import counts. */
export type Kind = 'post' | 'page' | 'comment' | 'picture' | 'other'

/**
 * What reading a blog yields, one by one, in an order that can be sent as it comes: a post before its comments, a
 * comment before its replies, a picture before the first text that uses it. `where` is the file, and the item within it, as a person would look for it.
 */
export type Entry =
  /** `pictures` are the places in it whose addresses lead to pictures of this blog. */
  | { type: 'post'; where: string; item: ImportPost; pictures?: readonly PicturePlace[] }
  | { type: 'comment'; where: string; item: ImportComment }
  /** Only of a blog that was opened `withPictures`. */
  | { type: 'picture'; where: string; item: ImportPicture }
  /** Left out on purpose: what Logbook has no place for. `picture` is the id of the medium that it is if a text uses it. */
  | { type: 'skipped'; kind: Kind; where: string; reason: string; picture?: string }
  /** Should have come and could not. */
  | { type: 'refused'; kind: Kind; where: string; reason: string }
  /** Came, but not quite as it was. `lost` are addresses of a text that lead nowhere, unless they are of pictures that come. */
  | { type: 'note'; where: string; reason: string; lost?: ReadonlySet<string> }
  /** How far the reading is, in whatever unit the source counts. */
  | { type: 'progress'; done: number; total: number }

/** What people decided for the whole blog beside its settings: rules of moderation, limits and variants of media; or why it can't be read. */
export type Decision = { of: 'rules' | 'media'; where: string } & (
  | { value: Readonly<Record<string, unknown>> }
  | { fault: string }
)

export interface Blog {
  /** What it is an export of, and what makes this blog's keys its own. */
  format: 'wordpress' | 'jekyll' | 'logbook' | 'disqus' | 'ghost' | 'hugo'
  identity: string
  /** The texts that will come, in source order, and the addresses that they would like. */
  wanted: readonly WantedAddress[]
  /** What it says of itself as a whole, its links as in the texts; absent where it says nothing. */
  settings?(book: AddressBook): FoundSettings
  /** Absent where it has none. */
  decisions?: readonly Decision[]
  /** Finds its pictures; absent where it can have none. */
  pictures?: PictureFinder
  /** Reads it from its beginning. Links in it lead to the addresses of the book, else to those that its texts would like. */
  entries(book: AddressBook): AsyncIterable<Entry>
}

/** The whole input cannot be read as a blog; the message says what was found and where. */
export class UnreadableBlog extends Error {
  override name = 'UnreadableBlog'
}
