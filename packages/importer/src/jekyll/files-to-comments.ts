import type { ImportComment } from '@logbook/contracts/http/comments.ts'
import { commentEntry } from '../check.ts'
import type { Entry } from '../entry.ts'
import { cleanText, toCommentAuthor, toCommentText } from '../fields.ts'
import { decodeEntities } from '../html/tree-to-markdown.ts'
import type { Links } from '../markdown/rewrite.ts'
import type { Remark } from '../remark.ts'
import { type Placed, parentsFirst } from '../thread.ts'
import { asError, commentDate, type FoundComment, readComments, resolveParents } from './comment-files.ts'
import { fileKey } from './file-to-post.ts'
import { messageToMarkdown } from './message.ts'
import type { Site } from './site.ts'
import { type YamlMap, yamlText } from './yaml.ts'

interface Thread {
  folder: string
  site: Site
  /** Comment files in the order of their names. */
  paths: readonly string[]
  postKey: string
  /** For a comment that has no date of its own. */
  postDate: string
  links: Links
}

/** The form's `hidden` field is a trap for programs: who fills it in is likely one, so the owner should look again. */
const isTrapped = (map: YamlMap): boolean => !/^(?:|false|no)$/i.test(yamlText(map, 'hidden').trim())

const toComment = (
  { where, key, map }: { where: string; key: string; map: YamlMap },
  parentKey: string | undefined,
  { site, postKey, postDate, links }: Thread,
  remark: Remark,
): ImportComment => {
  const date = commentDate(map, where)
  if (date === undefined) remark('had no date that can be read and got that of its post')
  const trapped = isTrapped(map)
  if (trapped) remark("filled in the form's hidden field and awaits a verdict")
  const message = cleanText(yamlText(map, 'message')).trim()
  return {
    key: fileKey(site, key),
    postKey,
    parentKey: parentKey === undefined ? null : fileKey(site, parentKey),
    author: toCommentAuthor(
      { name: decodeEntities(yamlText(map, 'name')), url: yamlText(map, 'url') },
      remark,
    ),
    content: toCommentText(messageToMarkdown(message, links, remark), remark),
    createdAt: date?.toISOString() ?? postDate,
    status: trapped ? 'pending' : 'approved',
  }
}

/** All comments on one post: each as an entry, after the one it answers. E-mail addresses and their hashes are not read. */
export const filesToComments = async (thread: Thread): Promise<Entry[]> => {
  const found: FoundComment[] = []
  for (const path of thread.paths) found.push(...(await readComments(thread.folder, path)))
  const parentOf = resolveParents(found)
  const entries: Entry[] = []
  const placed: Placed[] = []
  const seen = new Set<string>()
  for (const comment of found) {
    const { where, key, map } = comment
    if (seen.has(key)) {
      entries.push({
        type: 'refused',
        kind: 'comment',
        where,
        reason: 'has the same id as an earlier comment',
      })
      continue
    }
    seen.add(key)
    if (map instanceof Error) {
      entries.push({ type: 'refused', kind: 'comment', where, reason: map.message })
      continue
    }
    const remark: Remark = (reason) => entries.push({ type: 'note', where, reason })
    try {
      const item = toComment({ where, key, map }, parentOf(comment), thread, remark)
      const made = commentEntry({ where, item })
      if (made.type === 'comment') placed.push(made)
      else entries.push(made)
    } catch (error) {
      entries.push({ type: 'refused', kind: 'comment', where, reason: asError(error).message })
    }
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
