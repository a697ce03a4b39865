import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import type { AddressBook } from '../addresses.ts'
import { parseAnyDate, parseDate } from '../dates.ts'
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
import { decodeEntities, parseHtml, treeToMarkdown } from '../html/tree-to-markdown.ts'
import { limits } from '../limits.ts'
import { type Links, rewriteAddresses } from '../markdown/rewrite.ts'
import { toAlt } from '../pictures/picture.ts'
import type { Remark } from '../remark.ts'
import { embedsToLinks } from './embeds.ts'
import { cleanKramdown } from './kramdown.ts'
import { cleanLiquid } from './liquid.ts'
import { type LiquidContext, withAddresses } from './liquid-addresses.ts'
import { nameOf, pageName } from './names.ts'
import { isHtml } from './roles.ts'
import type { Site } from './site.ts'
import { typesetText } from './typography.ts'
import { saysNo, saysYes, type YamlMap, yamlMap, yamlText, yamlTexts } from './yaml.ts'

export interface TextFile {
  /** Within the folder, with forward slashes. */
  path: string
  front: YamlMap
  body: string
  role: 'post' | 'draft' | 'page'
  /** Names of folders around it that are categories. */
  categories: readonly string[]
  /** Paths at which it stood. */
  oldPaths: readonly string[]
  /** For a text that has no date of its own. */
  fallbackDate: Date
}

/** What the texts of a folder are made with. */
export interface Making {
  site: Site
  liquid: LiquidContext
  book: AddressBook
  links: Links
}

type Named = Pick<TextFile, 'path' | 'role' | 'front'>

export const fileKey = (site: Site, path: string): string => `jekyll:${site.identity}:${path}`

const nameOfFile = ({ path, role }: Pick<TextFile, 'path' | 'role'>): string =>
  role === 'page' ? pageName(path) : nameOf(path).name

/** A file's address within the blog: what its front matter says, else its name. */
export const slugOfFile = ({ front, ...file }: Named): string | undefined =>
  toSlug(yamlText(front, 'slug') || nameOfFile(file))

const titleFromName = (file: Pick<TextFile, 'path' | 'role'>): string =>
  nameOfFile(file)
    .split(/[-_]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')

const writtenTitle = (front: YamlMap): string => decodeEntities(yamlText(front, 'title')).trim()

/** The title, or one made of the file's name. */
export const titleOfFile = ({ front, ...file }: Named): string =>
  toTitle(writtenTitle(front) || titleFromName(file), () => {})

/** Whether a text is there to be read: a page without a title is made of lists that its layout fills. */
export const isListed = (front: YamlMap, role: TextFile['role']): boolean =>
  role !== 'page' || writtenTitle(front) !== ''

const dateOf = ({ path, front, role, fallbackDate }: TextFile, remark: Remark): Date => {
  const written = yamlText(front, 'date').trim()
  const named = nameOf(path).date
  const date = parseAnyDate(written)
  if (date) return date
  if (written !== '') {
    if (named === undefined) throw new Error(`has the date "${written}", which cannot be read`)
    remark(`has the date "${written}", which cannot be read; the file name's was taken`)
  }
  if (named !== undefined) {
    const fromName = parseDate(named)
    if (!fromName) throw new Error(`has the date "${named}" in its name, which does not exist`)
    return fromName
  }
  if (role === 'post') throw new Error('has no date, neither in its name nor in its front matter')
  remark("had no date and got that of the blog's latest post")
  return fallbackDate
}

const authorOf = (front: YamlMap, site: Site, remark: Remark): string | null => {
  const person = yamlMap(front, 'author')
  const named =
    person === undefined ? yamlTexts(front, 'author', { words: false }).join(', ') : yamlText(person, 'name')
  return toAuthorName(decodeEntities(site.authors.get(named) ?? (named || site.author)), remark)
}

const isPublished = (
  { front, role }: TextFile,
  { date, now }: { date: Date; now: Date },
  remark: Remark,
): boolean => {
  if (role === 'draft') return false
  if (saysNo(front, 'published')) {
    remark('said "published: false" and is a draft now')
    return false
  }
  if (date > now) remark('is dated in the future and is a draft now')
  return date <= now
}

/** Where themes look for the picture of a post: a field with its address, or one with fields of its own. */
const coverFields = ['cover', 'image', 'header', 'featured_image', 'feature_image', 'feature', 'thumbnail']
const addressFields = [
  'path',
  'feature',
  'image',
  'overlay_image',
  'url',
  'src',
  'teaser',
  'og_image',
  'twitter',
  'facebook',
]

const coverOf = (front: YamlMap, { liquid, links }: Making, remark: Remark): string | null => {
  const said = coverFields.flatMap((field) => {
    const fields = yamlMap(front, field)
    return fields === undefined
      ? [yamlText(front, field)]
      : addressFields.map((each) => yamlText(fields, each))
  })
  const [address] = said.map((each) => each.trim()).filter((each) => /[./]/.test(each))
  if (address === undefined) return null
  return toCover(links.change(cleanLiquid(address, liquid, remark).replace(/^(?![a-z]+:|\/)/i, '/')), remark)
}

/** What the picture shows, in words: beside its address, or in a field of its own. */
const coverAltOf = (front: YamlMap): string => {
  const said = coverFields.map(
    (field) => yamlText(yamlMap(front, field) ?? {}, 'alt') || yamlText(front, `${field}_alt`),
  )
  return toAlt(decodeEntities(said.find((each) => each.trim() !== '') ?? ''))
}

const trimLines = (text: string): string => text.replace(/^(?:[ \t]*\n)+/, '').trimEnd()

/** An HTML file is HTML throughout, so that nothing in it is read as Markdown. */
const contentOf = ({ path, body }: TextFile, making: Making, remark: Remark): string => {
  const { liquid, links } = making
  const text = cleanText(body)
  if (text.length > limits.htmlCharsMax) throw new Error(`is longer than ${limits.htmlCharsMax} characters`)
  if (isHtml(path))
    return withAddresses(
      treeToMarkdown(parseHtml(cleanLiquid(text, { ...liquid, isHtml: true }, remark)), links.change, remark),
      liquid,
    )
  const { isKramdown } = making.site
  const written = cleanLiquid(text, liquid, remark)
  const markdown = embedsToLinks(isKramdown ? cleanKramdown(written) : written, remark)
  const addressed = withAddresses(rewriteAddresses(markdown, links), liquid)
  return trimLines(isKramdown ? typesetText(addressed) : addressed)
}

/** A text of the folder as a post or page. Throws an Error that says why where it cannot be made. */
export const fileToPost = (file: TextFile, making: Making, remark: Remark): ImportPost => {
  const { path, front, role } = file
  const { site, book } = making
  const date = dateOf(file, remark)
  const published = isPublished(file, { date, now: site.now }, remark)
  const key = fileKey(site, path)
  const slug = book.get(key) ?? slugOfFile(file)
  if (writtenTitle(front) === '') remark('had no title and got one from its file name')
  const cover = coverOf(front, making, remark)
  const updatedAt = toUpdatedAt(
    yamlText(front, 'last_modified_at') || yamlText(front, 'lastmod'),
    { since: date, now: site.now },
    remark,
  )
  const tags = [
    ...file.categories,
    ...yamlTexts(front, 'categories', { words: true }),
    ...yamlTexts(front, 'category', { words: false }),
    ...yamlTexts(front, 'tags', { words: true }),
    ...yamlTexts(front, 'tag', { words: false }),
  ]
  return {
    key,
    title: toTitle(writtenTitle(front) || titleFromName(file), remark),
    content: contentOf(file, making, remark),
    excerpt: toExcerpt(decodeEntities(yamlText(front, 'excerpt') || yamlText(front, 'description')), remark),
    tags: toTags(tags.map(decodeEntities), remark),
    ...(slug === undefined ? {} : { slug }),
    cover,
    ...(cover === null ? {} : { coverAlt: coverAltOf(front) }),
    commentsClosed: saysNo(front, 'comments') || saysYes(front, 'comments_locked'),
    formerAddresses: toFormerAddresses(file.oldPaths),
    kind: role === 'page' ? 'page' : 'post',
    status: published ? 'published' : 'draft',
    authorName: authorOf(front, site, remark),
    createdAt: date.toISOString(),
    publishedAt: published ? date.toISOString() : null,
    ...(updatedAt === undefined ? {} : { updatedAt }),
  }
}
