import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UnreadableBlog } from '../entry.ts'
import { limits } from '../limits.ts'

export interface FolderFiles {
  /** Paths within the folder, with forward slashes, sorted; posts by their file's name, which begins with the date. */
  posts: string[]
  drafts: string[]
  pages: string[]
  /** `_data/comments/…`, by the name of the folder that they are in, or of their one file: the post's slug. */
  comments: Map<string, string[]>
}

const text = /\.(?:md|markdown|mkd|mkdn|mkdown|html?)$/i
const markdown = /\.(?:md|markdown|mkd|mkdn|mkdown)$/i
const ignored = new Set([
  '_site',
  '_includes',
  '_layouts',
  '_sass',
  '_plugins',
  'assets',
  'node_modules',
  'vendor',
])
const notPages = /^(?:readme|license|changelog|contributing|code_of_conduct)\b/i

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const byName = (one: string, other: string): number => {
  const [first, second] = [`${baseName(one)}\n${one}`, `${baseName(other)}\n${other}`]
  return first < second ? -1 : first > second ? 1 : 0
}

/** All files below a folder, as paths within it. Links are not followed, dot files not looked at. */
const allFiles = async (folder: string): Promise<string[]> => {
  const found: string[] = []
  const waiting: { path: string; depth: number }[] = [{ path: '', depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await readdir(join(folder, next.path), { withFileTypes: true })) {
      const path = next.path === '' ? entry.name : `${next.path}/${entry.name}`
      if (entry.name.startsWith('.')) continue
      if (entry.isFile()) found.push(path)
      if (entry.isDirectory() && !ignored.has(entry.name) && next.depth < limits.folderDepthMax)
        waiting.push({ path, depth: next.depth + 1 })
    }
    if (found.length > limits.filesMax)
      throw new UnreadableBlog(`it holds more than ${limits.filesMax} files`)
  }
  return found
}

/** Sorts a Jekyll folder's files by what they are. Throws UnreadableBlog for a folder without posts or drafts. */
export const scanFolder = async (folder: string): Promise<FolderFiles> => {
  const files: FolderFiles = { posts: [], drafts: [], pages: [], comments: new Map() }
  for (const path of await allFiles(folder)) {
    const folders = path.split('/').slice(0, -1)
    if (path.startsWith('_data/comments/')) {
      // One file with all comments of a post is named as the post is.
      const thread = folders.slice(2).at(-1) ?? baseName(path).replace(/\.\w+$/, '')
      if (/\.ya?ml$|\.json$/i.test(path))
        files.comments.set(thread, [...(files.comments.get(thread) ?? []), path])
    } else if (folders.includes('_posts') && text.test(path)) files.posts.push(path)
    else if (folders.includes('_drafts') && text.test(path)) files.drafts.push(path)
    else if ((folders.length === 0 || folders[0] === '_pages') && markdown.test(path) && !notPages.test(path))
      files.pages.push(path)
  }
  if (files.posts.length + files.drafts.length === 0)
    throw new UnreadableBlog('it is not a Jekyll blog: no text in a folder named _posts or _drafts was found')
  for (const list of [files.posts, files.drafts, files.pages, ...files.comments.values()]) list.sort(byName)
  return files
}

/** A file's text, UTF-8 with or without byte order mark. Throws an Error that says why it cannot be read. */
export const readBounded = async (path: string): Promise<string> => {
  const { size } = await stat(path)
  if (size > limits.fileBytesMax) throw new Error(`is longer than ${limits.fileBytesMax} bytes`)
  const bytes = await readFile(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error('is not UTF-8')
  }
}
