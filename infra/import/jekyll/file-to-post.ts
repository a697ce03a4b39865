import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import { parseDate } from '../dates.ts'
import type { Remark } from '../entry.ts'
import { cleanText, toAuthorName, toExcerpt, toSlug, toTags, toTitle } from '../fields.ts'
import { cleanKramdown } from './kramdown.ts'
import { cleanLiquid } from './liquid.ts'
import { nameOf, type Site } from './site.ts'
import { saysNo, type YamlMap, yamlMap, yamlText, yamlTexts } from './yaml.ts'

export interface TextFile {
  /** Within the folder, with forward slashes. */
  path: string
  front: YamlMap
  body: string
  role: 'post' | 'draft' | 'page'
  /** For a text that has no date of its own. */
  fallbackDate: Date
}

export const fileKey = (site: Site, path: string): string => `jekyll:${site.identity}:${path}`

/** A file's address within the blog: what its front matter says, else its name. */
export const slugOfFile = ({ path, front }: Pick<TextFile, 'path' | 'front'>): string | undefined =>
  toSlug(yamlText(front, 'slug') || nameOf(path).name)

const dateOf = ({ path, front, role, fallbackDate }: TextFile, remark: Remark): Date => {
  const written = yamlText(front, 'date').trim()
  const named = nameOf(path).date
  const date = parseDate(written)
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

/** `_posts` may stand within folders, which are categories then. */
const folderCategories = (path: string): string[] => {
  const folders = path.split('/').slice(0, -1)
  return folders.slice(0, Math.max(0, folders.indexOf('_posts')))
}

const authorOf = (front: YamlMap, site: Site, remark: Remark): string | null => {
  const person = yamlMap(front, 'author')
  const named =
    person === undefined ? yamlTexts(front, 'author', { words: false }).join(', ') : yamlText(person, 'name')
  return toAuthorName(site.authors.get(named) ?? (named || site.author), remark)
}

const titleFromName = (path: string): string =>
  nameOf(path)
    .name.split(/[-_]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')

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

const contentOf = (body: string, site: Site, remark: Remark): string =>
  cleanKramdown(cleanLiquid(cleanText(body), site, remark))
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()

/** A text of the folder as a post or page. Throws an Error that says why where it cannot be made. */
export const fileToPost = (file: TextFile, site: Site, remark: Remark): ImportPost => {
  const { path, front, body, role } = file
  const date = dateOf(file, remark)
  const published = isPublished(file, { date, now: site.now }, remark)
  const slug = slugOfFile(file)
  const title = yamlText(front, 'title')
  if (title.trim() === '') remark('had no title and got one from its file name')
  const tags = [
    ...folderCategories(path),
    ...yamlTexts(front, 'categories', { words: true }),
    ...yamlTexts(front, 'category', { words: false }),
    ...yamlTexts(front, 'tags', { words: true }),
    ...yamlTexts(front, 'tag', { words: false }),
  ]
  return {
    key: fileKey(site, path),
    title: toTitle(title.trim() === '' ? titleFromName(path) : title, remark),
    content: contentOf(body, site, remark),
    excerpt: toExcerpt(yamlText(front, 'excerpt') || yamlText(front, 'description'), remark),
    tags: toTags(tags, remark),
    ...(slug === undefined ? {} : { slug }),
    kind: role === 'page' ? 'page' : 'post',
    status: published ? 'published' : 'draft',
    authorName: authorOf(front, site, remark),
    createdAt: date.toISOString(),
    publishedAt: published ? date.toISOString() : null,
  }
}
