import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import type { AddressBook, Rewrite } from '../addresses.ts'
import { parseDate, parseMailDate } from '../dates.ts'
import { toAuthorName, toCover, toExcerpt, toFormerAddresses, toSlug, toTags, toTitle } from '../fields.ts'
import { toAlt } from '../pictures/picture.ts'
import type { Remark } from '../remark.ts'
import { htmlToMarkdown, htmlToText } from './html-to-markdown.ts'
import type { ExportIndex } from './index-export.ts'
import { children, childText, metaOf, textOf, type XmlNode } from './parse-xml.ts'
import type { Attachments } from './shortcodes.ts'

/** What posts refer to. */
type Index = Omit<ExportIndex, 'texts'>

export interface ItemContext {
  index: Index
  identity: string
  book: AddressBook
  rewrite: Rewrite
  /** What is dated later than this has not been published yet. */
  now: Date
}

const field = (item: XmlNode | undefined, name: string): string => childText(item, name).trim()

export const commentKey = (identity: string, id: string): string => `wordpress:${identity}:comment:${id}`

export const postKey = (identity: string, id: string): string => `wordpress:${identity}:post:${id}`

export const attachmentsFor = (index: Index, id: string): Attachments => ({
  byId: (wanted) => index.attachments.get(wanted),
  ofThisPost: () => (index.attachmentsOf.get(id) ?? []).flatMap((own) => index.attachments.get(own) ?? []),
})

/** Addresses in the texts of an item: of the blog's own posts, pages and comments those that they have here. */
export const rewriteLinkFor =
  ({ rewrite }: ItemContext, item: XmlNode | undefined) =>
  (address: string): string =>
    rewrite(address, field(item, 'link'))

const createdAt = (item: XmlNode | undefined, { index, now }: ItemContext, remark: Remark): Date => {
  const exact =
    parseDate(field(item, 'wp:post_date_gmt')) ??
    parseMailDate(field(item, 'pubDate')) ??
    parseDate(field(item, 'wp:post_modified_gmt'))
  if (exact) return exact
  const local = parseDate(field(item, 'wp:post_date'))
  if (local) {
    remark('had a date without time zone, taken as UTC')
    return local
  }
  remark('had no date that can be read and got that of the export')
  return index.exportedAt ?? now
}

const isPublished = (
  item: XmlNode | undefined,
  { date, now }: { date: Date; now: Date },
  remark: Remark,
): boolean => {
  const status = field(item, 'wp:status')
  if (status !== 'publish') {
    if (status !== 'draft') remark(`was "${status}" and is a draft now`)
    return false
  }
  if (field(item, 'wp:post_password') !== '') {
    remark('was protected by a password and is a draft now')
    return false
  }
  if (date > now) remark('is dated in the future and is a draft now')
  return date <= now
}

const tagNames = (item: XmlNode | undefined): string[] =>
  children(item, 'category')
    .filter((term) => ['category', 'post_tag', 'tag'].includes(childText(term, '@domain') || 'category'))
    .filter((term) => childText(term, '@nicename') !== 'uncategorized')
    .map((term) => htmlToText(textOf(term)))

/** The picture that WordPress calls featured: the attachment whose number stands in the item's `_thumbnail_id`. */
const coverOf = (item: XmlNode | undefined, { index }: ItemContext, remark: Remark) => {
  const id = metaOf(item, '_thumbnail_id')
  if (id === '') return { cover: null }
  const picture = index.attachments.get(id)
  if (picture === undefined) remark('had a featured picture that is not in the export')
  const cover = picture === undefined ? null : toCover(picture.url, remark)
  return cover === null ? { cover } : { cover, coverAlt: toAlt(picture?.alt ?? '') }
}

/** The paths at which the item stood on the blog itself: its address, and the one by its number, which leads there. */
const formerPaths = ({ link, id }: { link: string; id: string }, { site }: Index): string[] => {
  const numbered = [`${site.base}/?p=${id}`]
  if (!URL.canParse(link)) return numbered
  const { pathname, search, host } = new URL(link)
  const isOwn =
    site.origin === '' || host.replace(/^www\./, '') === new URL(site.origin).host.replace(/^www\./, '')
  return isOwn && search === '' ? [pathname, ...numbered] : numbered
}

/** A post or page of the export. Throws an Error that says why where it cannot be made. */
export const itemToPost = (item: XmlNode | undefined, context: ItemContext, remark: Remark): ImportPost => {
  const { index, identity, now } = context
  const id = field(item, 'wp:post_id')
  if (!/^\d+$/.test(id)) throw new Error('has no post id, which its identity is made of')
  const date = createdAt(item, context, remark)
  const published = isPublished(item, { date, now }, remark)
  const written = { attachments: attachmentsFor(index, id), rewriteLink: rewriteLinkFor(context, item) }
  const login = field(item, 'dc:creator')
  const rawSlug = field(item, 'wp:post_name')
  const key = postKey(identity, id)
  const slug = context.book.get(key) ?? toSlug(rawSlug)
  if (rawSlug !== '' && toSlug(rawSlug) === undefined)
    remark('had an address that no word is left of and got a new one')
  if (field(item, 'wp:is_sticky') === '1') remark('was sticky, which Logbook does not know')
  return {
    key,
    title: toTitle(htmlToText(field(item, 'title')), remark),
    content: htmlToMarkdown({ html: childText(item, 'content:encoded'), ...written }, remark),
    excerpt: toExcerpt(htmlToText(childText(item, 'excerpt:encoded')), remark),
    tags: toTags(tagNames(item), remark),
    ...(slug === undefined ? {} : { slug }),
    ...coverOf(item, context, remark),
    commentsClosed: field(item, 'wp:comment_status') === 'closed',
    formerAddresses: toFormerAddresses(formerPaths({ link: field(item, 'link'), id }, index)),
    kind: field(item, 'wp:post_type') === 'page' ? 'page' : 'post',
    status: published ? 'published' : 'draft',
    authorName: toAuthorName(index.authors.get(login) ?? login, remark),
    createdAt: date.toISOString(),
    publishedAt: published ? date.toISOString() : null,
  }
}
