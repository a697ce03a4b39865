import { join, posix } from 'node:path'
import { type AddressBook, createRewriter, OldAddresses, type WantedAddress } from '../addresses.ts'
import { postEntry } from '../check.ts'
import { type Blog, type Entry, UnreadableBlog } from '../entry.ts'
import { createFolderPictures } from '../jekyll/folder-pictures.ts'
import { readBounded } from '../jekyll/scan-folder.ts'
import type { YamlMap } from '../jekyll/yaml.ts'
import { type HugoConfig, type HugoSite, hugoSiteOf, readHugoConfig } from './config.ts'
import { splitAnyFrontMatter } from './data.ts'
import { type HugoFiles, isIndex, scanHugoFolder } from './files.ts'
import { dateOf, oldPathsOf, type Placed, placeOf } from './places.ts'
import { hugoSettings } from './settings.ts'
import { type HugoText, slugOf, textKey, textToPost, titleOf } from './text-to-post.ts'

type Known = Omit<HugoText, 'front' | 'body' | 'fallbackDate' | 'beside'>

interface Index {
  texts: readonly Known[]
  wanted: readonly WantedAddress[]
  old: OldAddresses
  latest: Date
}

interface Folder {
  folder: string
  files: HugoFiles
  site: HugoSite
  config: HugoConfig
  index: Index
  pictures: ReturnType<typeof createFolderPictures>
}

const read = async (folder: string, path: string) =>
  splitAnyFrontMatter(await readBounded(join(folder, path)))

/** Hugo's own way to tell posts is the theme's: here, texts with a date in a section are posts. */
const kindOf = ({ folders, name }: Placed, front: YamlMap, { mainSections }: HugoSite): 'post' | 'page' => {
  const [section] = folders
  if (section === undefined) return 'page'
  if (mainSections.length > 0) return mainSections.includes(section) ? 'post' : 'page'
  return dateOf(front, { name }).written === '' ? 'page' : 'post'
}

/** Reads the front matter of all texts. What cannot be read is told of when the text itself is read. */
const indexTexts = async (folder: string, paths: readonly string[], site: HugoSite): Promise<Index> => {
  const found: { known: Known; at: number; wanted: WantedAddress }[] = []
  const old = new OldAddresses(site.old)
  let latest = new Date(0)
  for (const path of paths) {
    const place = placeOf(path)
    const front = await read(folder, path).then(
      (split) => split.front,
      () => undefined,
    )
    const title = titleOf(front ?? {}, place)
    const oldPaths = front === undefined ? [] : oldPathsOf(place, { front, title, site })
    const { date } = dateOf(front ?? {}, place)
    if (date !== undefined && date > latest && date <= site.now) latest = date
    const key = textKey(site, path)
    found.push({
      known: { ...place, oldPaths, kind: kindOf(place, front ?? {}, site) },
      at: date?.getTime() ?? 0,
      wanted: { key, title: title || 'Untitled', slug: slugOf(front ?? {}, place) },
    })
    for (const each of oldPaths) old.add(each, key)
  }
  found.sort((one, other) => one.at - other.at)
  return { texts: found.map(({ known }) => known), wanted: found.map(({ wanted }) => wanted), old, latest }
}

/** Finds texts by what `ref` calls them: a path below `content/`, from the text that holds it, or a name that only one has. */
const referenceFinder = ({ index, site }: Pick<Folder, 'index' | 'site'>) => {
  const plain = (path: string) =>
    path
      .toLowerCase()
      .replace(/^\/+|\/+$/g, '')
      .replace(/\.(?:md|markdown|mdown|html?)$/, '')
      .replace(/\/?_?index(?:\.[a-z]{2})?$/, '')
  const byPath = new Map<string, string>()
  const byName = new Map<string, string | undefined>()
  for (const { path, name } of index.texts) {
    const key = textKey(site, path)
    byPath.set(plain(path.replace(/^content\//, '')), key)
    byName.set(name.toLowerCase(), byName.has(name.toLowerCase()) ? undefined : key)
  }
  return (from: string) => {
    const folder = posix.dirname(from.replace(/^content\//, ''))
    return (name: string): string | undefined => {
      const beside = plain(posix.join(folder, name))
      const above = plain(posix.join(posix.dirname(folder), name))
      const nearby = name.startsWith('/') ? undefined : (byPath.get(beside) ?? byPath.get(above))
      return nearby ?? byPath.get(plain(name)) ?? byName.get(plain(name).replace(/^.*\//, ''))
    }
  }
}

const withoutName = 'has pictures or links of the old site without its name, which --site <url> can tell'

async function* readEntries(blog: Folder, book: AddressBook): AsyncGenerator<Entry> {
  const { folder, files, index, site, pictures, config } = blog
  for (const fault of config.faults) yield { type: 'note', ...fault }
  for (const each of files.left) {
    const picture = files.others.has(each.where) ? pictures.idOf(each.where) : undefined
    yield each.type === 'skipped' && picture !== undefined ? { ...each, type: 'skipped', picture } : each
  }
  const rewriter = createRewriter({ site: site.old, old: index.old, book })
  const keyFrom = referenceFinder(blog)
  let done = 0
  for (const known of index.texts) {
    const { path, kind } = known
    const from = `${site.old.origin || 'http://old.invalid'}${known.oldPaths[0] ?? `${site.old.base}/`}`
    const lost = new Set<string>()
    const change = (address: string): string => {
      const rewritten = rewriter(address, from)
      if (site.old.origin === '' && rewritten === address && /^(?!#|\/\/|[a-z][a-z\d+.-]*:)./i.test(address))
        lost.add(address)
      return rewritten
    }
    const bundle = isIndex(path) ? `${posix.dirname(path)}/` : undefined
    const beside =
      bundle === undefined
        ? []
        : [...files.others].flatMap((each) => (each.startsWith(bundle) ? [each.slice(bundle.length)] : []))
    try {
      const { front, body } = await read(folder, path)
      const notes: Entry[] = []
      const remark = (reason: string) => notes.push({ type: 'note', where: path, reason })
      const text = { ...known, front, body, beside, fallbackDate: index.latest }
      const links = { change, ownHosts: index.old.hosts }
      const item = textToPost(text, { site, book, links, keyOf: keyFrom(path) }, remark)
      if (kind === 'page' && item.content === '')
        yield {
          type: 'skipped',
          kind,
          where: path,
          reason: 'has no text of its own: its layout makes what it shows',
        }
      else {
        yield* notes
        if (lost.size > 0) yield { type: 'note', where: path, reason: withoutName, lost }
        yield postEntry({ where: path, item })
      }
    } catch (error) {
      yield {
        type: 'refused',
        kind,
        where: path,
        reason: error instanceof Error ? error.message : String(error),
      }
    }
    done += 1
    yield { type: 'progress', done, total: index.texts.length }
  }
}

interface HugoSource {
  folder: string
  identity?: string | undefined
  site?: string | undefined
  now: Date
}

/**
 * The folder of a Hugo site: texts and page bundles of `content/`, and pictures beside them, in `static/` and in `assets/`. Every file
 * comes or is named as skipped or refused. Throws UnreadableBlog for a folder without texts. Keys are `hugo:<identity>:<path in the folder>`.
 */
export const openHugoFolder = async ({ folder, identity, site: address, now }: HugoSource): Promise<Blog> => {
  const config = await readHugoConfig(folder)
  const files = await scanHugoFolder(folder)
  const [first] = files.texts
  if (first === undefined)
    throw new UnreadableBlog('it is a Hugo site without texts: no Markdown or HTML file is below content/')
  const site = hugoSiteOf(config, { identity, address, first, now })
  const pictures = createFolderPictures({
    ...{ folder, paths: files.others, site: site.old, prefix: `hugo:${site.identity}` },
    published: ['', 'static/', 'assets/', 'content/'],
  })
  const index = await indexTexts(folder, files.texts, site)
  const blog = { folder, files, site, config, pictures, index }
  return {
    format: 'hugo',
    identity: site.identity,
    pictures,
    wanted: index.wanted,
    settings: (book) =>
      hugoSettings(config, {
        site: site.old,
        rewrite: createRewriter({ site: site.old, old: index.old, book }),
      }),
    entries: (book) => readEntries(blog, book),
  }
}
