import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { createRewriter, OldAddresses, oldSiteOf } from '../addresses.ts'
import { postEntry } from '../check.ts'
import { parseAnyDate } from '../dates.ts'
import { type Blog, type Entry, UnreadableBlog } from '../entry.ts'
import { toSlug, toTitle } from '../fields.ts'
import { limits } from '../limits.ts'
import { navigationOf } from '../navigation.ts'
import { checkSettings, type SaidSettings } from '../settings.ts'
import { createContentPictures } from './content-pictures.ts'
import { isPage, pathOf, type RowContext, rowToPost } from './row-to-post.ts'
import { type GhostTables, type PostRow, postRow, readTables } from './tables.ts'

/** Tables of people and of what Logbook has no place for. */
const leftOut: readonly [table: string, reason: string][] = [
  ['members', 'members, which Logbook does not have'],
  ['newsletters', 'newsletters, which Logbook does not have'],
  ['products', 'tiers, which Logbook does not have'],
  ['offers', 'offers, which Logbook does not have'],
  ['comments', 'comments, which Ghost exports without all that makes them readable'],
]

type Read = { where: string } & ({ row: PostRow } | { fault: string })

const readJson = async (file: string): Promise<string> => {
  const { size } = await stat(file)
  if (size > limits.ghostBytesMax)
    throw new UnreadableBlog(`it is larger than ${limits.ghostBytesMax} bytes, and JSON is read as a whole`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch {
    throw new UnreadableBlog('it is not UTF-8')
  }
}

/** Every post, by its name in the file, checked. */
const readRows = (name: string, { posts }: GhostTables): Read[] => {
  const seen = new Set<string>()
  return posts.map((raw, index): Read => {
    const read = postRow.safeParse(raw)
    const where = `${name} (post ${index + 1}${read.success ? `, ${read.data.slug.slice(0, 100)}` : ''})`
    if (!read.success)
      return {
        where,
        fault: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      }
    if (seen.has(read.data.id)) return { where, fault: 'has the same id as an earlier one' }
    seen.add(read.data.id)
    return { where, row: read.data }
  })
}

const entryOf = (row: PostRow, where: string, context: RowContext): Entry[] => {
  const kind = isPage(row) ? 'page' : 'post'
  const notes: Entry[] = []
  try {
    const item = rowToPost(row, context, (reason) => notes.push({ type: 'note', where, reason }))
    if (item === undefined)
      return [{ type: 'skipped', kind, where, reason: 'is empty: it has a title alone' }]
    return [...notes, postEntry({ where, item })]
  } catch (error) {
    return [{ type: 'refused', kind, where, reason: error instanceof Error ? error.message : String(error) }]
  }
}

async function* readEntries(name: string, rows: readonly Read[], context: RowContext): AsyncGenerator<Entry> {
  for (const [index, read] of rows.entries()) {
    if ('fault' in read) yield { type: 'refused', kind: 'post', where: read.where, reason: read.fault }
    else yield* entryOf(read.row, read.where, context)
    yield { type: 'progress', done: index + 1, total: rows.length }
  }
  for (const [table, reason] of leftOut) {
    const count = context.tables.count(table)
    if (count > 0)
      yield { type: 'skipped', kind: 'other', where: `${name} (${table})`, reason: `${count} ${reason}` }
  }
}

const ghostUrl = '__GHOST_URL__'

const menuOf = ({ setting }: GhostTables, home: string): unknown => {
  try {
    return JSON.parse(setting('navigation').replaceAll(ghostUrl, home))
  } catch {
    return undefined
  }
}

/** By the names that versions 0.5 to 6 give them. */
const saidBy = ({ setting }: GhostTables, home: string): SaidSettings => ({
  title: setting('title'),
  description: setting('description'),
  language: setting('locale') || setting('lang') || setting('default_locale') || setting('defaultLang'),
  accent: setting('accent_color'),
  // Without the site, a picture of it has no address.
  icon: home === '' && setting('icon').includes(ghostUrl) ? '' : setting('icon').replace(ghostUrl, home),
  timeZone: setting('timezone') || setting('active_timezone') || setting('activeTimezone'),
})

/** Of the export itself: two exports of one blog have the same. */
const identityOf = ({ setting }: GhostTables, rows: readonly PostRow[]): string => {
  const dates = rows.flatMap(({ created_at: at }) => parseAnyDate(at)?.toISOString() ?? []).sort()
  return setting('db_hash') || `since:${dates[0] ?? 'unknown'}`
}

/**
 * An export of Ghost (JSON), which is read as a whole. Throws UnreadableBlog. Keys are `ghost:<identity>:post:<id>`. `site` is where the blog
 * stood, which no export says.
 */
export const openGhostExport = async ({
  file,
  identity,
  site: address = '',
  now,
}: {
  file: string
  identity?: string | undefined
  site?: string | undefined
  now: Date
}): Promise<Blog> => {
  const tables = readTables(await readJson(file))
  const name = basename(file)
  const reads = readRows(name, tables)
  const rows = reads.flatMap((read) => ('row' in read ? [read.row] : []))
  if (reads.length === 0)
    throw new UnreadableBlog('it is an export of Ghost without a post: there is nothing to import')
  const own = identity ?? identityOf(tables, rows)
  const keyOf = (id: string) => `ghost:${own}:post:${id}`
  const site = oldSiteOf(address)
  const old = new OldAddresses(site)
  for (const row of rows) if (row.slug !== '') old.add(`${site.base}${pathOf(row, tables)}`, keyOf(row.id))
  return {
    format: 'ghost',
    identity: own,
    pictures: createContentPictures(site, own),
    settings(book) {
      const rewrite = createRewriter({ site, old, book })
      const home = `${site.origin}${site.base}`
      const menu = menuOf(tables, home)
      const { navigation, faults } = navigationOf(menu, { site, rewrite })
      const said = { ...saidBy(tables, home), navigation: navigation.length === 0 ? undefined : navigation }
      const found = checkSettings(said, name)
      return { ...found, faults: [...found.faults, ...faults] }
    },
    wanted: rows.map(({ id, title, slug }) => ({
      key: keyOf(id),
      title: toTitle(title, () => {}),
      slug: toSlug(slug),
    })),
    entries: (book) =>
      readEntries(name, reads, {
        ...{ tables, keyOf, site, book, now },
        rewrite: createRewriter({ site, old, book }),
      }),
  }
}
