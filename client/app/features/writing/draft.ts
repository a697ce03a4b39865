import type { PostDiff } from '@logbook/contracts/http/post-history.ts'
import { clockIn, msOfClock } from '@logbook/contracts/time-zone.ts'

/** A post as its author types it. */
export interface Draft {
  title: string
  content: string
  /** As typed, separated by commas; in quotes if one contains a comma. */
  tags: string
  excerpt: string
  /** The slug as typed; empty for one made from the title, or for the current one. */
  slug: string
  /** The address of a picture, empty for none; absent where the form has no such field. */
  cover?: string
  /** What that picture shows, in words; absent likewise. */
  coverAlt?: string
  /** `post` or `page`; absent likewise. */
  kind?: string
  /** Whether readers may comment, `open` or `closed`; absent likewise. */
  comments?: string
  /** When a draft is published by itself, on clocks of the blog's time zone: `2026-12-03T09:00`; empty for never, absent likewise. */
  publishAt?: string
}

/** Somebody saved another text meanwhile. */
export interface Clash {
  kind: 'clash'
  /** Of the other text. */
  version: number
  theirs: Draft
  draft: Draft
  /** What both began with, and its version; null where the history does not have it. */
  base: Draft | null
  baseVersion: number
  /** What the other save changed since then; null as above. */
  diff: PostDiff | null
}

/** The result of a save. `version` is the base of the next save. */
export type Saved =
  | { kind: 'saved'; id: string; version: number; status: 'draft' | 'published'; slug: string; draft: Draft }
  | { kind: 'refused'; problem: string; draft: Draft }
  | Clash
  /** Both texts in one, to be read before it is saved. */
  | { kind: 'merged'; version: number; theirs: Draft; draft: Draft; clashes: number }

export const emptyDraft: Draft = {
  title: '',
  content: '',
  tags: '',
  excerpt: '',
  slug: '',
  cover: '',
  coverAlt: '',
  kind: 'post',
  comments: 'open',
  publishAt: '',
}

export const isSameDraft = (one: Draft, other: Draft): boolean =>
  one.title === other.title &&
  one.content === other.content &&
  one.tags === other.tags &&
  one.excerpt === other.excerpt &&
  one.slug === other.slug &&
  (one.cover ?? '') === (other.cover ?? '') &&
  (one.coverAlt ?? '') === (other.coverAlt ?? '') &&
  (one.kind ?? 'post') === (other.kind ?? 'post') &&
  (one.comments ?? 'open') === (other.comments ?? 'open') &&
  (one.publishAt ?? '') === (other.publishAt ?? '')

/** A tag in quotes, with quotes doubled, or all up to the next comma. */
const typedTag = /\s*(?:"((?:[^"]|"")*)"[^,]*|([^,]*))(?:,|$)/gy

/** `birds, "Columbus, Ohio"` as a list, without empty and repeated ones. */
export const tagsOf = (typed: string): string[] => {
  const tags = [...typed.matchAll(typedTag)].map(([, quoted, plain = '']) =>
    (quoted?.replaceAll('""', '"') ?? plain).trim(),
  )
  return [...new Set(tags.filter(Boolean))]
}

/** A list of tags as its author would type it. */
export const tagsTyped = (tags: readonly string[]): string =>
  tags.map((tag) => (/^"|,/.test(tag) ? `"${tag.replaceAll('"', '""')}"` : tag)).join(', ')

/** `Plain paper, twice` as the words of an address. */
const slugOf = (typed: string): string =>
  typed
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')

interface Written {
  title: string
  content: string
  tags: readonly string[]
  excerpt: string | null
  slug?: string
  cover?: string | null
  coverAlt?: string
  kind?: 'post' | 'page'
  commentsClosed?: boolean
  publishAt?: string | null
}

const instantOf = (shown: string, timeZone: string): string | null => {
  if (shown.trim() === '') return null
  const ms = msOfClock(shown.trim(), timeZone)
  // What is no time is refused by name.
  return ms === undefined ? shown : new Date(ms).toISOString()
}

/** Times are as the clocks of a zone show them. */
export const draftOf = (
  { title, content, tags, excerpt, slug = '', cover, coverAlt, kind, commentsClosed, publishAt }: Written,
  timeZone = 'UTC',
): Draft => ({
  title,
  content,
  tags: tagsTyped(tags),
  excerpt: excerpt ?? '',
  slug,
  ...(cover === undefined ? {} : { cover: cover ?? '' }),
  ...(coverAlt === undefined ? {} : { coverAlt }),
  ...(kind === undefined ? {} : { kind }),
  ...(commentsClosed === undefined ? {} : { comments: commentsClosed ? 'closed' : 'open' }),
  ...(publishAt === undefined
    ? {}
    : { publishAt: publishAt === null ? '' : clockIn(Date.parse(publishAt), timeZone) }),
})

/** What a service takes for it. */
export const writtenOf = (
  { title, content, tags, excerpt, slug, cover, coverAlt, kind, comments, publishAt }: Draft,
  timeZone = 'UTC',
): Written => ({
  title: title.trim(),
  content,
  tags: tagsOf(tags),
  excerpt: excerpt.trim() === '' ? null : excerpt.trim(),
  ...(slugOf(slug) === '' ? {} : { slug: slugOf(slug) }),
  ...(cover === undefined ? {} : { cover: cover.trim() || null }),
  ...(coverAlt === undefined ? {} : { coverAlt: coverAlt.trim() }),
  ...(kind === undefined ? {} : { kind: kind === 'page' ? 'page' : 'post' }),
  ...(comments === undefined ? {} : { commentsClosed: comments === 'closed' }),
  ...(publishAt === undefined ? {} : { publishAt: instantOf(publishAt, timeZone) }),
})
