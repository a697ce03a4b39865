import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import type { AddressBook, OldSite, Rewrite } from '../addresses.ts'
import { parseAnyDate } from '../dates.ts'
import {
  cleanText,
  toAuthorName,
  toCover,
  toExcerpt,
  toFormerAddresses,
  toSlug,
  toTags,
  toTitle,
} from '../fields.ts'
import { parseHtml, treeToMarkdown } from '../html/tree-to-markdown.ts'
import { limits } from '../limits.ts'
import { toAlt } from '../pictures/picture.ts'
import type { Remark } from '../remark.ts'
import { stretchesOf } from './editor-text.ts'
import type { GhostTables, PostRow } from './tables.ts'

export interface RowContext {
  tables: GhostTables
  keyOf: (id: string) => string
  site: OldSite
  book: AddressBook
  rewrite: Rewrite
  /** What is dated later than this has not been published yet. */
  now: Date
}

/** What stands in an export for the address of the blog. */
const ghostUrl = /__GHOST_URL__/g

export const isPage = ({ type, page }: PostRow): boolean => type === 'page' || Boolean(page)

/** Where it stood: at its slug, or below its date in blogs of old that wanted it so. */
export const pathOf = (row: PostRow, { setting }: GhostTables): string => {
  const dated = setting('permalinks').includes(':year') && !isPage(row)
  const day = /^(\d{4})-(\d\d)-(\d\d)/.exec(parseAnyDate(row.published_at)?.toISOString() ?? '')
  return dated && day ? `/${day[1]}/${day[2]}/${day[3]}/${row.slug}/` : `/${row.slug}/`
}

const htmlToMarkdown = (html: string, rewriteLink: (address: string) => string, remark: Remark): string => {
  if (html.length > limits.htmlCharsMax)
    throw new RangeError(`its HTML is longer than ${limits.htmlCharsMax} characters`)
  return treeToMarkdown(parseHtml(cleanText(html)), rewriteLink, remark)
}

const contentOf = (row: PostRow, { site, rewrite, tables }: RowContext, remark: Remark): string => {
  const home = `${site.origin}${site.base}`
  const from = site.origin === '' ? '' : `${home}${pathOf(row, tables)}`
  const whole = (text: string) => text.replace(ghostUrl, home)
  const written = (html: string) => htmlToMarkdown(whole(html), (address) => rewrite(address, from), remark)
  if (home === '' && /__GHOST_URL__\/content\//.test(row.html))
    remark('has pictures or files whose address the export does not say; --site names the blog')
  if (row.html.trim() !== '') return written(row.html)
  if (row.markdown.trim() !== '') return cleanText(whole(row.markdown)).trim()
  const editor = row.lexical !== '' ? 'lexical' : 'mobiledoc'
  if (row[editor] === '') return ''
  const stretches = stretchesOf(row[editor], editor)
  const parts = stretches.map((part) =>
    'markdown' in part ? cleanText(whole(part.markdown)).trim() : written(part.html),
  )
  const content = parts.filter((part) => part !== '').join('\n\n')
  if (content !== '') remark('was never shown as HTML, and came from the editor without bold and italic')
  return content
}

const coverOf = (
  { feature_image: image, image: older }: PostRow,
  { site, rewrite }: RowContext,
  remark: Remark,
) => {
  const address = image || older
  if (address === '') return null
  const home = `${site.origin}${site.base}`
  if (home === '' && !/^https?:/i.test(address)) {
    remark('had a cover picture whose address the export does not say; --site names the blog')
    return null
  }
  return toCover(rewrite(address.replace(ghostUrl, home)), remark)
}

const isPublished = (
  { status, visibility }: PostRow,
  { date, now }: { date: Date; now: Date },
  remark: Remark,
) => {
  if (status !== 'published') {
    if (status !== 'draft') remark(`was "${status.slice(0, 40)}" and is a draft now`)
    return false
  }
  if (visibility !== '' && visibility !== 'public') {
    remark(`was for "${visibility.slice(0, 40)}" alone and is a draft now`)
    return false
  }
  if (date > now) remark('is dated in the future and is a draft now')
  return date <= now
}

/** True for what has nothing to show but a title. */
const isEmpty = (row: PostRow, content: string): boolean =>
  content === '' && (row.feature_image || row.image || row.custom_excerpt.trim()) === ''

/** A post or page of the export; undefined for an empty one. Throws an Error that says why where it cannot be made. */
export const rowToPost = (row: PostRow, context: RowContext, remark: Remark): ImportPost | undefined => {
  const { tables, keyOf, book, now } = context
  const content = contentOf(row, context, remark)
  if (isEmpty(row, content)) return undefined
  const created = parseAnyDate(row.created_at)
  const written = parseAnyDate(row.published_at) ?? created ?? parseAnyDate(row.updated_at)
  if (written === undefined) remark('had no date that can be read and got that of the export')
  const date = written ?? parseAnyDate(tables.exportedOn) ?? now
  const published = isPublished(row, { date, now }, remark)
  if (row.codeinjection_head.trim() !== '' || row.codeinjection_foot.trim() !== '')
    remark('had code of its own for the head or foot of its page, which was left out')
  const key = keyOf(row.id)
  const slug = book.get(key) ?? toSlug(row.slug)
  const cover = coverOf(row, context, remark)
  const begun = created !== undefined && created < date ? created : date
  return {
    key,
    title: toTitle(row.title === '(Untitled)' ? '' : row.title, remark),
    content,
    excerpt: toExcerpt(row.custom_excerpt, remark),
    tags: toTags(tables.tagsOf(row.id), remark),
    ...(slug === undefined ? {} : { slug }),
    ...(cover === null ? { cover } : { cover, coverAlt: toAlt(tables.coverAltOf(row.id)) }),
    formerAddresses: published ? toFormerAddresses([`${context.site.base}${pathOf(row, tables)}`]) : [],
    kind: isPage(row) ? 'page' : 'post',
    status: published ? 'published' : 'draft',
    authorName: toAuthorName(tables.authorsOf(row).join(', '), remark),
    createdAt: begun.toISOString(),
    publishedAt: published ? date.toISOString() : null,
  }
}
