import { readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kind, UnreadableBlog } from '../entry.ts'
import { limits } from '../limits.ts'
import { roleOf } from './roles.ts'

/** A file that does not come, and why. A folder's name ends with a slash. */
export interface LeftFile {
  type: 'skipped' | 'refused'
  kind: Kind
  where: string
  reason: string
}

export interface FolderFiles {
  /** Paths within the folder, with forward slashes, sorted; posts by their file's name, which begins with the date. */
  posts: string[]
  drafts: string[]
  /** Pages, and documents of collections that Jekyll shows. */
  pages: string[]
  /** `_data/comments/…`, by the folder that they are in, or by the name of their one file. */
  comments: Map<string, string[]>
  /** Pictures and other files, each of `left` too. */
  others: Set<string>
  left: LeftFile[]
}

/** What tools make or fetch, in folders too large to be looked into. */
const unread: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  '.jekyll-cache',
  '.sass-cache',
  '.bundle',
])

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const byName = (one: string, other: string): number => {
  const [first, second] = [`${baseName(one)}\n${one}`, `${baseName(other)}\n${other}`]
  return first < second ? -1 : first > second ? 1 : 0
}

/** All files below a folder, as paths within it. Links are not followed; what is not looked into is told. */
export const pathsBelow = async (folder: string): Promise<{ paths: string[]; left: LeftFile[] }> => {
  const paths: string[] = []
  const left: LeftFile[] = []
  const leave = (type: LeftFile['type'], where: string, reason: string) =>
    left.push({ type, kind: 'other', where, reason })
  const waiting: { path: string; depth: number }[] = [{ path: '', depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await readdir(join(folder, next.path), { withFileTypes: true })) {
      const path = next.path === '' ? entry.name : `${next.path}/${entry.name}`
      if (entry.isFile()) paths.push(path)
      else if (!entry.isDirectory())
        leave('skipped', path, 'is a link or no regular file and is not followed')
      else if (unread.has(entry.name)) leave('skipped', `${path}/`, 'is a folder that tools fill')
      else if (next.depth >= limits.folderDepthMax)
        leave('refused', `${path}/`, `is nested deeper than ${limits.folderDepthMax} folders`)
      else waiting.push({ path, depth: next.depth + 1 })
    }
    if (paths.length > limits.filesMax)
      throw new UnreadableBlog(`it holds more than ${limits.filesMax} files`)
  }
  return { paths: paths.sort(byName), left }
}

/**
 * Sorts a Jekyll folder's files by what they are: each is in exactly one list. `isShown` says whether Jekyll shows the
 * documents of a collection. Throws UnreadableBlog for a folder without posts or drafts.
 */
export const scanFolder = async (
  folder: string,
  isShown: (collection: string) => boolean,
): Promise<FolderFiles> => {
  const { paths, left } = await pathsBelow(folder)
  const files: FolderFiles = {
    posts: [],
    drafts: [],
    pages: [],
    comments: new Map(),
    others: new Set(),
    left,
  }
  for (const path of paths) {
    const role = roleOf(path, isShown)
    if (role.is === 'left') left.push({ type: 'skipped', kind: role.kind, where: path, reason: role.reason })
    else if (role.is === 'file') {
      files.others.add(path)
      left.push({ type: 'skipped', kind: 'other', where: path, reason: role.reason })
    } else if (role.is === 'comment') {
      const known = files.comments.get(role.thread)
      if (known) known.push(path)
      else files.comments.set(role.thread, [path])
    } else files[role.is].push(path)
  }
  if (files.posts.length + files.drafts.length === 0)
    throw new UnreadableBlog(
      'it is not a Jekyll blog: no Markdown or HTML file in a folder named _posts or _drafts was found',
    )
  return files
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * A file's text, UTF-8 with or without byte order mark. Throws an Error that says why it cannot be read. It is read while all else
 * waits: a blog has thousands of small files, and most of the time of an asynchronous read is spent between its steps.
 */
export const readBounded = async (path: string): Promise<string> => {
  const { size } = statSync(path)
  if (size > limits.fileBytesMax) throw new Error(`is longer than ${limits.fileBytesMax} bytes`)
  const bytes = readFileSync(path)
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Error('is not UTF-8')
  }
}
