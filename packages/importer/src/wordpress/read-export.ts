import { basename } from 'node:path'
import { createRewriter, numberAddress, OldAddresses } from '../addresses.ts'
import { postEntry } from '../check.ts'
import { type Blog, type Entry, UnreadableBlog } from '../entry.ts'
import { mediumIdOf } from '../pictures/site-pictures.ts'
import { checkSettings } from '../settings.ts'
import { attachmentKey, createAttachmentPictures, prefixOf } from './attachment-pictures.ts'
import { indexExport, readParts } from './index-export.ts'
import { itemToComments } from './item-to-comments.ts'
import { commentKey, type ItemContext, itemToPost, postKey } from './item-to-post.ts'
import { children, childText, parseXml, type XmlNode } from './parse-xml.ts'
import { reasonToSkip } from './reason-to-skip.ts'

const kindOf = (item: XmlNode | undefined): 'post' | 'page' | 'other' => {
  const type = childText(item, 'wp:post_type').trim()
  return type === 'post' || type === 'page' ? type : 'other'
}

const refused = (where: string, kind: 'post' | 'page' | 'other', error: unknown): Entry => ({
  type: 'refused',
  kind,
  where,
  reason: error instanceof Error ? error.message : String(error),
})

const withItsPost = 'its post was refused'

/** Names each comment of an item that does not come. */
const commentsLeft = (
  { item, where }: { item: XmlNode | undefined; where: string },
  type: 'skipped' | 'refused',
  reason: string,
): Entry[] =>
  children(item, 'wp:comment').map((comment) => ({
    type,
    kind: 'comment',
    where: `${where}, comment ${childText(comment, 'wp:comment_id')}`,
    reason,
  }))

/** The medium that an attachment becomes where a text uses it. */
const pictureOf = (item: XmlNode | undefined, { index, identity }: ItemContext): { picture?: string } => {
  const id = childText(item, 'wp:post_id').trim()
  const isPicture = childText(item, 'wp:post_type').trim() === 'attachment' && index.attachments.has(id)
  return isPicture ? { picture: mediumIdOf(prefixOf(identity), attachmentKey(id)) } : {}
}

/** A post with its comments, or why there is none; its comments are then named with it. */
const readItem = (item: XmlNode | undefined, where: string, context: ItemContext): Entry[] => {
  const kind = kindOf(item)
  const reason = reasonToSkip(item)
  const left = { item, where }
  if (reason !== undefined)
    return [
      { type: 'skipped', kind, where, reason, ...pictureOf(item, context) },
      ...commentsLeft(left, 'skipped', 'belongs to an item that was skipped'),
    ]
  const entries: Entry[] = []
  try {
    const post = itemToPost(item, context, (said) => entries.push({ type: 'note', where, reason: said }))
    const entry = postEntry({ where, item: post })
    if (entry.type !== 'post') return [entry, ...commentsLeft(left, 'refused', withItsPost)]
    const postId = childText(item, 'wp:post_id').trim()
    return [...entries, entry, ...itemToComments(where, { item, context, postId, postDate: post.createdAt })]
  } catch (error) {
    return [refused(where, kind, error), ...commentsLeft(left, 'refused', withItsPost)]
  }
}

/** Names what the decoder put a replacement character for: a letter is lost there. */
function* unreadBytes(text: string, where: string): Generator<Entry> {
  const count = text.split('\ufffd').length - 1
  if (count === 0) return
  const reason = `${count === 1 ? 'one character is' : `${count} characters are`} not in the file's encoding, and shown as \ufffd`
  yield { type: 'note', where, reason }
}

/** What stands between two items, or behind the last: nothing as a rule, but it must be XML. */
function* strayFaults(
  name: string,
  stray: { text: string; line: number } | undefined,
  { index }: ItemContext,
): Generator<Entry> {
  if (stray === undefined || stray.text.trim() === '') return
  try {
    parseXml({ text: `<between>${stray.text}</between>`, line: stray.line }, index.prefixes)
  } catch (error) {
    yield refused(`${name}:${stray.line}`, 'other', error)
  }
}

async function* readEntries(file: string, context: ItemContext): AsyncGenerator<Entry> {
  const name = basename(file)
  const seen = new Set<string>()
  let last: { text: string; line: number } | undefined
  for await (const part of readParts(file)) {
    const { line, done, total } = part
    yield { type: 'progress', done, total }
    if (part.type === 'broken') yield refused(`${name}:${line}`, 'other', new Error(part.reason))
    else if (part.type === 'outside') {
      // The first was read for what stands before the items.
      if (line > 1) last = part
    } else {
      yield* strayFaults(name, last, context)
      last = undefined
      let item: XmlNode | undefined
      try {
        item = children(parseXml(part, context.index.prefixes), 'item')[0]
      } catch (error) {
        yield refused(`${name}:${line}`, 'other', error)
        continue
      }
      const id = childText(item, 'wp:post_id').trim()
      const where = `${name}:${line} (${childText(item, 'wp:post_type').trim()} ${id})`
      if (kindOf(item) !== 'other' && seen.has(id)) {
        yield refused(where, kindOf(item), new Error('has the same id as an earlier item'))
        yield* commentsLeft({ item, where }, 'refused', withItsPost)
      } else {
        yield* unreadBytes(part.text, where)
        yield* readItem(item, where, context)
      }
      seen.add(id)
    }
  }
  const [, before] =
    /^([\s\S]*)<\/channel\s*>\s*<\/rss\s*>(?:\s|<!--[\s\S]*?-->)*$/.exec(last?.text ?? '') ?? []
  if (before !== undefined) yield* strayFaults(name, last && { ...last, text: before }, context)
  else if (/<\/rss\s*>/.test(last?.text ?? ''))
    yield refused(`${name}:${last?.line}`, 'other', new Error('not well-formed XML behind the last item'))
  else yield refused(name, 'other', new Error('the file ends without </rss>: it is cut short'))
}

/**
 * A WordPress export (WXR). It is read twice, once for what posts refer to; memory holds one item at a time. Throws
 * UnreadableBlog for what is no export. Keys are `wordpress:<identity>:post:<id>`: WordPress' own ids, which stay for the life of the
 * blog, within the blog's address.
 */
export const openExport = async ({
  file,
  identity,
  now,
}: {
  file: string
  identity?: string | undefined
  now: Date
}): Promise<Blog> => {
  // What is wanted and where it stood is kept in other forms; an export may have a hundred thousand texts.
  const { texts, ...index } = await indexExport(file)
  if (index.items === 0)
    throw new UnreadableBlog('it is a WordPress export without a single item: there is nothing to import')
  const own = identity ?? index.identity
  const old = new OldAddresses(index.site)
  const home = `${index.site.origin}${index.site.base}`
  for (const { id, link } of texts) {
    if (link !== '') old.add(link, postKey(own, id))
    old.add(numberAddress(home, id), postKey(own, id))
  }
  const wordpressComment = (fragment: string): string | undefined => {
    const id = /^comment-(\d+)$/.exec(fragment)?.[1]
    return id === undefined ? undefined : commentKey(own, id)
  }
  return {
    format: 'wordpress',
    identity: own,
    pictures: createAttachmentPictures(index, own),
    settings: () => checkSettings(index.said, basename(file)),
    wanted: texts.map(({ id, title, slug }) => ({ key: postKey(own, id), title, slug })),
    entries(book) {
      const rewrite = createRewriter({ site: index.site, old, book, commentKey: wordpressComment })
      return readEntries(file, { index, identity: own, book, rewrite, now })
    },
  }
}
