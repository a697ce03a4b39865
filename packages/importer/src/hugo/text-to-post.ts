import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import type { AddressBook } from '../addresses.ts'
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
  toUpdatedAt,
} from '../fields.ts'
import { parseHtml, treeToMarkdown } from '../html/tree-to-markdown.ts'
import { codeRegions, touchesCode } from '../jekyll/code-regions.ts'
import { embedsToLinks } from '../jekyll/embeds.ts'
import { withAddresses } from '../jekyll/liquid-addresses.ts'
import { saysNo, saysYes, type YamlMap, yamlMap, yamlText, yamlTexts } from '../jekyll/yaml.ts'
import { limits } from '../limits.ts'
import { type Links, rewriteAddresses } from '../markdown/rewrite.ts'
import { toAlt } from '../pictures/picture.ts'
import type { Remark } from '../remark.ts'
import type { HugoSite } from './config.ts'
import { isHtml } from './files.ts'
import { dateOf, type Placed } from './places.ts'
import { cleanShortcodes } from './shortcodes.ts'

export interface HugoText extends Placed {
  front: YamlMap
  body: string
  kind: 'post' | 'page'
  /** Paths at which it stood. */
  oldPaths: readonly string[]
  /** Pictures beside it, in its bundle. */
  beside: readonly string[]
  /** For a text that has no date of its own. */
  fallbackDate: Date
}

export interface Making {
  site: HugoSite
  book: AddressBook
  links: Links
  keyOf(name: string): string | undefined
}

export const textKey = (site: HugoSite, path: string): string => `hugo:${site.identity}:${path}`

export const titleOf = (front: YamlMap, { name }: Pick<Placed, 'name'>): string =>
  yamlText(front, 'title').trim() ||
  name
    .replace(/^\d{4}-\d{2}-\d{2}[-_]/, '')
    .split(/[-_]+/)
    .join(' ')
    .trim()

export const slugOf = (front: YamlMap, { name }: Pick<Placed, 'name'>): string | undefined =>
  toSlug(yamlText(front, 'slug') || name)

const coverFields = [
  'cover',
  'featured_image',
  'featuredimage',
  'featureimage',
  'image',
  'banner',
  'thumbnail',
  'images',
]
const addressFields = ['image', 'src', 'url', 'path', 'filename']

/** The picture that front matter names, or that themes take from the bundle by its name. */
const coverOf = (
  { front, beside }: HugoText,
  { links }: Making,
  remark: Remark,
): { cover: string | null; coverAlt: string } => {
  const said = coverFields.flatMap((field) => {
    const fields = yamlMap(front, field)
    if (fields === undefined)
      return yamlTexts(front, field, { words: false })
        .slice(0, 1)
        .map((address) => ({ address, alt: yamlText(front, `${field}_alt`) }))
    return addressFields.map((each) => ({
      address: yamlText(fields, each),
      alt: yamlText(fields, 'alt') || yamlText(fields, 'caption'),
    }))
  })
  const named = beside.find((each) =>
    /(?:^|\/)\*?(?:feature|cover)[^/]*\.(?:jpe?g|png|webp|avif|gif)$/i.test(each),
  )
  const found =
    said.find(({ address }) => /[./]/.test(address)) ??
    (named === undefined ? undefined : { address: named, alt: '' })
  if (found === undefined) return { cover: null, coverAlt: '' }
  const address = links.change(found.address.trim())
  const cover = toCover(/^(?:[a-z]+:|\/)/i.test(address) ? address : `/${address}`, remark)
  return { cover, coverAlt: cover === null ? '' : toAlt(found.alt) }
}

/** Attributes of headings (`## Words {#id}`) are no text, and the mark of the summary is none. */
const withoutMarks = (markdown: string): string => {
  const regions = codeRegions(markdown)
  return markdown.replace(
    /^(#{1,6} .*?)[ \t]*\{[#.][^{}\n]*\}[ \t]*$|^[ \t]*<!--\s*more\s*-->[ \t]*\n?/gim,
    (whole, heading: string | undefined, at: number) =>
      touchesCode(regions, { start: at, end: at + whole.length }) ? whole : (heading ?? ''),
  )
}

const contentOf = ({ path, body }: HugoText, { links, keyOf, book }: Making, remark: Remark): string => {
  const text = cleanText(body)
  if (text.length > limits.htmlCharsMax) throw new Error(`is longer than ${limits.htmlCharsMax} characters`)
  const slugs = { slugOf: (key: string) => book.get(key) }
  const cleaned = cleanShortcodes(text, { keyOf, remark })
  if (isHtml(path)) return withAddresses(treeToMarkdown(parseHtml(cleaned), links.change, remark), slugs)
  const markdown = embedsToLinks(withoutMarks(cleaned), remark)
  return withAddresses(rewriteAddresses(markdown, links), slugs)
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
}

const authorOf = (front: YamlMap, site: HugoSite): string => {
  const person = yamlMap(front, 'author')
  const named =
    person === undefined
      ? ['author', 'authors'].flatMap((key) => yamlTexts(front, key, { words: false }))
      : [yamlText(person, 'name')]
  return named.filter(Boolean).join(', ') || site.author
}

/** When readers may see a text, as far as its front matter says. */
const isPublished = (front: YamlMap, { date, now }: { date: Date; now: Date }, remark: Remark): boolean => {
  const until = parseAnyDate(yamlText(front, 'expirydate'))
  if (saysYes(front, 'draft')) remark('said "draft: true" and is a draft now')
  else if (date > now) remark('is dated in the future and is a draft now')
  else if (until !== undefined && until <= now) remark('had expired and is a draft now')
  else return true
  return false
}

/** A text of the site as a post or page. Throws an Error that says why where it cannot be made. */
export const textToPost = (text: HugoText, making: Making, remark: Remark): ImportPost => {
  const { front, kind, path, oldPaths, fallbackDate } = text
  const { site, book } = making
  const found = dateOf(front, text)
  if (found.written !== '' && found.date === undefined)
    throw new Error(`has the date "${found.written}", which cannot be read`)
  if (found.date === undefined) remark("had no date and got that of the blog's latest post")
  const date = found.date ?? fallbackDate
  const published = isPublished(front, { date, now: site.now }, remark)
  const slug = book.get(textKey(site, path)) ?? slugOf(front, text)
  const updatedAt = toUpdatedAt(
    yamlText(front, 'lastmod') || yamlText(front, 'modified'),
    { since: date, now: site.now },
    remark,
  )
  const tags = ['categories', 'tags', 'series'].flatMap((key) => yamlTexts(front, key, { words: false }))
  return {
    key: textKey(site, path),
    title: toTitle(titleOf(front, text), remark),
    content: contentOf(text, making, remark),
    excerpt: toExcerpt(yamlText(front, 'summary') || yamlText(front, 'description'), remark),
    tags: toTags(tags, remark),
    ...(slug === undefined ? {} : { slug }),
    ...coverOf(text, making, remark),
    commentsClosed: saysNo(front, 'comments') || saysYes(front, 'disablecomments'),
    formerAddresses: toFormerAddresses(oldPaths),
    kind,
    status: published ? 'published' : 'draft',
    authorName: toAuthorName(authorOf(front, site), remark),
    createdAt: date.toISOString(),
    publishedAt: published ? date.toISOString() : null,
    ...(updatedAt === undefined ? {} : { updatedAt }),
  }
}
