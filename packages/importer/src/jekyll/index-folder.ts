import { join } from 'node:path'
import { OldAddresses, type WantedAddress } from '../addresses.ts'
import { parseDate } from '../dates.ts'
import { cleanText } from '../fields.ts'
import { fileKey, isListed, slugOfFile, titleOfFile } from './file-to-post.ts'
import { fileName, nameOf, pageName } from './names.ts'
import { permalinkOf } from './permalinks.ts'
import { type FolderFiles, readBounded } from './scan-folder.ts'
import type { Site } from './site.ts'
import { matchThreads } from './threads.ts'
import { splitFrontMatter, type YamlMap, yamlText, yamlTexts } from './yaml.ts'

export type Role = 'post' | 'draft' | 'page'

/** A text of the folder, by what its path and front matter say. */
export interface KnownText {
  path: string
  role: Role
  /** Names of folders around it that are categories. */
  categories: readonly string[]
  /** Paths at which it stood, the one where Jekyll shows it first; none for a draft. */
  oldPaths: readonly string[]
}

/** What has to be known of a whole folder before its first text can be made. Grows by a few short texts a file. */
export interface FolderIndex {
  texts: readonly KnownText[]
  wanted: readonly WantedAddress[]
  old: OldAddresses
  /** The key of the text that `{% post_url %}` names: with or without folder, date and ending. */
  keyOfPost(name: string): string | undefined
  /** The key of the text that `{% link %}` names by its path. */
  keyOfFile(path: string): string | undefined
  /** Names of the threads that stand under a text. */
  threadsOf(path: string): readonly string[]
  /** Names of threads that no text of the folder has. */
  orphans: readonly string[]
  /** For a text that has no date of its own. */
  latest: Date
}

const isPostFolder = (folder: string): boolean => folder === '_posts' || folder === '_drafts'

/** `_posts` may stand within folders, which are categories then. */
const folderCategories = (path: string): string[] => {
  const folders = path.split('/').slice(0, -1)
  return folders.slice(0, Math.max(0, folders.findIndex(isPostFolder)))
}

const collectionOf = (path: string): string | undefined => {
  const name = path
    .split('/')
    .slice(0, -1)
    .find((each) => each.startsWith('_'))
  return name === undefined || name === '_pages' || isPostFolder(name) ? undefined : name.slice(1)
}

/** Front matter with what the configuration gives; undefined for a text without, or with one that cannot be read. */
const readFront = async (
  folder: string,
  { path, role }: { path: string; role: Role },
  site: Site,
): Promise<YamlMap | undefined> => {
  try {
    const split = splitFrontMatter(await readBounded(join(folder, path)))
    return split === undefined ? undefined : { ...site.defaultsOf(path, `${role}s`), ...split.front }
  } catch {
    // Told of when the text itself is read.
    return undefined
  }
}

const isOldPath = (address: string): boolean => /^\/[^\s]*$/.test(address)

/** All paths at which a text stood, within the site: `baseurl` included. */
const oldPathsOf = (
  {
    path,
    role,
    front,
    categories,
  }: { path: string; role: Role; front: YamlMap; categories: readonly string[] },
  site: Site,
): string[] => {
  if (role === 'draft') return []
  const collection = collectionOf(path)
  const own = permalinkOf(
    { path, front, categories },
    { isPost: role === 'post', style: site.style, collection },
  )
  const redirects = yamlTexts(front, 'redirect_from', { words: false })
  return [own, ...redirects.map((each) => each.trim().replace(/^(?=[^/])/, '/'))]
    .filter(isOldPath)
    .map((each) => `${site.old.base}${each}`)
}

/** Reads the front matter of all texts. What cannot be read is left for when the text itself is read. */
export const indexFolder = async (folder: string, files: FolderFiles, site: Site): Promise<FolderIndex> => {
  const listed = [
    ...files.posts.map((path) => ({ path, role: 'post' as const })),
    ...files.drafts.map((path) => ({ path, role: 'draft' as const })),
    ...files.pages.map((path) => ({ path, role: 'page' as const })),
  ]
  const texts: KnownText[] = []
  const wanted: WantedAddress[] = []
  const old = new OldAddresses(site.old)
  const named: { path: string; role: Role; names: string[]; title: string; oldPaths: readonly string[] }[] =
    []
  const byName = new Map<string, string>()
  for (const { path, role } of listed) {
    const categories = role === 'page' ? [] : folderCategories(path)
    const front = await readFront(folder, { path, role }, site)
    const oldPaths = front === undefined ? [] : oldPathsOf({ path, role, front, categories }, site)
    texts.push({ path, role, categories, oldPaths })
    const title = front === undefined ? '' : cleanText(yamlText(front, 'title'))
    const ownSlug = front === undefined ? '' : yamlText(front, 'slug')
    const isIndex = role === 'page' && fileName(path) === 'index'
    const names = [ownSlug, isIndex ? pageName(path) : nameOf(path).name, fileName(path)]
    named.push({ path, role, names: names.filter((name) => name !== ''), title, oldPaths })
    if (role === 'post')
      for (const name of [fileName(path), nameOf(path).name])
        byName.set(name.toLowerCase(), fileKey(site, path))
    if (front === undefined || !isListed(front, role)) continue
    const key = fileKey(site, path)
    wanted.push({ key, title: titleOfFile({ path, role, front }), slug: slugOfFile({ path, role, front }) })
    for (const each of oldPaths) old.add(each, key)
  }
  const paths = new Set(listed.map(({ path }) => path))
  return {
    texts,
    wanted,
    old,
    keyOfPost: (name) =>
      byName.get(fileName(name.replace(/\/+$/, '')).toLowerCase()) ?? byName.get(name.toLowerCase()),
    keyOfFile: (path) => {
      const plain = path.replace(/^\/+/, '')
      return paths.has(plain) ? fileKey(site, plain) : byName.get(fileName(plain).toLowerCase())
    },
    ...(await matchThreads(folder, files.comments, named)),
    latest: parseDate(nameOf(files.posts.at(-1) ?? '').date ?? '') ?? new Date(0),
  }
}
