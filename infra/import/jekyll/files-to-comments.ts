import { join } from 'node:path'
import type { ImportComment } from '@logbook/contracts/http/comments.ts'
import { commentEntry } from '../check.ts'
import { parseDate } from '../dates.ts'
import type { Entry, Remark } from '../entry.ts'
import { cleanText, toCommentAuthor } from '../fields.ts'
import { type Placed, parentsFirst } from '../thread.ts'
import { fileKey } from './file-to-post.ts'
import { readBounded } from './scan-folder.ts'
import type { Site } from './site.ts'
import { parseYamlMap, type YamlMap, yamlText } from './yaml.ts'

interface Thread {
  folder: string
  site: Site
  /** Comment files in the order of their names. */
  paths: readonly string[]
  postKey: string
  /** For a comment that has no date of its own. */
  postDate: string
}

interface CommentFile {
  path: string
  /** Why the file cannot be read, in place of what it says. */
  map: YamlMap | Error
  /** What `replying_to` says; empty at the top. */
  replyingTo: string
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

const readComment = async (folder: string, path: string): Promise<CommentFile> => {
  let text = ''
  try {
    text = await readBounded(join(folder, path))
    const map = parseYamlMap({ text, line: 1 })
    return { path, map, replyingTo: yamlText(map, 'replying_to').trim() }
  } catch (error) {
    const [, replyingTo = ''] = /^replying_to:[ \t]*['"]?([\w-]*)/m.exec(text) ?? []
    return { path, map: asError(error), replyingTo }
  }
}

/**
 * Whom each comment answers. `replying_to: '3'` is an ordinal: the third of the comments that answer no one, counted
 * from 1 in the order of the file names, which is how Staticman's Liquid loop numbers them (`sort`, `where_exp` on a
 * blank `replying_to`, `forloop.index`). Any other value is looked for among the comments' own ids. Files that cannot
 * be read are counted too, or every later ordinal would be wrong.
 */
const resolveParents = (files: readonly Pick<CommentFile, 'path' | 'map' | 'replyingTo'>[]) => {
  const top = files.filter(({ replyingTo }) => replyingTo === '' || replyingTo === '0')
  const byId = new Map<string, string>()
  for (const { path, map } of files)
    for (const key of ['_id', 'id'])
      if (!(map instanceof Error) && yamlText(map, key) !== '') byId.set(yamlText(map, key), path)
  return (replyingTo: string): string | undefined =>
    /^\d{1,9}$/.test(replyingTo) ? top[Number(replyingTo) - 1]?.path : byId.get(replyingTo)
}

const dateOf = ({ path, map }: { path: string; map: YamlMap }): Date | undefined => {
  const seconds = Number(yamlText(map, 'timestamp') || Number.NaN)
  const inName = Number(/(\d{13})\.\w+$/.exec(path)?.[1] ?? Number.NaN)
  const known = [seconds * 1000, inName].find((ms) => Number.isFinite(ms) && ms > 0 && ms < 8.64e15)
  return parseDate(yamlText(map, 'date')) ?? (known === undefined ? undefined : new Date(known))
}

/** The form's `hidden` field is a trap for programs: who fills it in is likely one, so the owner should look again. */
const isTrapped = (map: YamlMap): boolean => !/^(?:|false|no)$/i.test(yamlText(map, 'hidden').trim())

const toComment = (
  file: { path: string; map: YamlMap },
  parentPath: string | undefined,
  { site, postKey, postDate }: Thread,
  remark: Remark,
): ImportComment => {
  const { map, path } = file
  const date = dateOf(file)
  if (date === undefined) remark('had no date that can be read and got that of its post')
  const trapped = isTrapped(map)
  if (trapped) remark("filled in the form's hidden field and awaits a verdict")
  return {
    key: fileKey(site, path),
    postKey,
    parentKey: parentPath === undefined ? null : fileKey(site, parentPath),
    author: toCommentAuthor({ name: yamlText(map, 'name'), url: yamlText(map, 'url') }, remark),
    content: cleanText(yamlText(map, 'message')).trim(),
    createdAt: date?.toISOString() ?? postDate,
    status: trapped ? 'pending' : 'approved',
  }
}

/** All comments on one post: each as an entry, after the one it answers. E-mail addresses and their hashes are not read. */
export const filesToComments = async (thread: Thread): Promise<Entry[]> => {
  const files: CommentFile[] = []
  for (const path of thread.paths) files.push(await readComment(thread.folder, path))
  const parentOf = resolveParents(files)
  const entries: Entry[] = []
  const placed: Placed[] = []
  for (const { path, map, replyingTo } of files) {
    if (map instanceof Error) {
      entries.push({ type: 'refused', kind: 'comment', where: path, reason: map.message })
      continue
    }
    const isReply = replyingTo !== '' && replyingTo !== '0'
    const parent = isReply ? (parentOf(replyingTo) ?? `no comment ${replyingTo}`) : undefined
    const remark: Remark = (reason) => entries.push({ type: 'note', where: path, reason })
    const made = commentEntry({ where: path, item: toComment({ path, map }, parent, thread, remark) })
    if (made.type === 'comment') placed.push(made)
    else entries.push(made)
  }
  const ordered = parentsFirst(placed, ({ where }) =>
    entries.push({
      type: 'note',
      where,
      reason: 'answered a comment that did not come and stands by itself now',
    }),
  )
  return [...entries, ...ordered.map((comment): Entry => ({ type: 'comment', ...comment }))]
}
