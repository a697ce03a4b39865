import type { ImportComment } from '@logbook/contracts/http/comments.ts'
import { commentEntry } from '../check.ts'
import { parseDate } from '../dates.ts'
import type { Entry } from '../entry.ts'
import { toCommentAuthor, toCommentText } from '../fields.ts'
import type { Remark } from '../remark.ts'
import { type Placed, parentsFirst } from '../thread.ts'
import { htmlToMarkdown, htmlToText } from './html-to-markdown.ts'
import { attachmentsFor, commentKey, type ItemContext, postKey, rewriteLinkFor } from './item-to-post.ts'
import { children, childText, type XmlNode } from './parse-xml.ts'

const field = (comment: XmlNode, name: string): string => childText(comment, `wp:comment_${name}`).trim()

const statuses: Readonly<Record<string, ImportComment['status']>> = {
  '1': 'approved',
  approve: 'approved',
  approved: 'approved',
  '0': 'pending',
  hold: 'pending',
  spam: 'rejected',
}

const placeOf = (where: string, id: string): string => `${where}, comment ${id || 'without id'}`

interface Owner {
  item: XmlNode | undefined
  context: ItemContext
  postId: string
  /** The post's date, for a comment that has none. */
  postDate: string
}

const toComment = (
  comment: XmlNode,
  { item, context, postId, postDate }: Owner,
  remark: Remark,
): ImportComment => {
  const { identity, index } = context
  const id = field(comment, 'id')
  if (!/^\d+$/.test(id)) throw new Error('has no id, which its identity is made of')
  const approved = field(comment, 'approved')
  const status = statuses[approved]
  if (status === undefined) throw new Error(`has the unknown status "${approved}"`)
  const type = field(comment, 'type')
  if (type === 'pingback' || type === 'trackback')
    remark(`was a ${type}: a comment by the page that linked here`)
  const date = parseDate(field(comment, 'date_gmt')) ?? parseDate(field(comment, 'date'))
  if (!date) remark('had no date that can be read and got that of its post')
  const parent = field(comment, 'parent')
  const text = htmlToMarkdown(
    {
      html: field(comment, 'content'),
      attachments: attachmentsFor(index, postId),
      rewriteLink: rewriteLinkFor(context, item),
    },
    remark,
  )
  return {
    key: commentKey(identity, id),
    postKey: postKey(identity, postId),
    parentKey: /^[1-9]\d*$/.test(parent) ? commentKey(identity, parent) : null,
    author: toCommentAuthor(
      { name: htmlToText(field(comment, 'author')), url: field(comment, 'author_url') },
      remark,
    ),
    content: toCommentText(text, remark),
    createdAt: date?.toISOString() ?? postDate,
    status,
  }
}

/** All comments of an item: each one as an entry, after the one it answers. E-mail and IP addresses are not read. */
export const itemToComments = (where: string, owner: Owner): Entry[] => {
  const entries: Entry[] = []
  const placed: Placed[] = []
  const seen = new Set<string>()
  for (const comment of children(owner.item, 'wp:comment')) {
    const id = field(comment, 'id')
    const place = placeOf(where, id)
    if (id !== '' && seen.has(id)) {
      entries.push({
        type: 'refused',
        kind: 'comment',
        where: place,
        reason: 'has the same id as an earlier comment',
      })
      continue
    }
    seen.add(id)
    if (['trash', 'post-trashed'].includes(field(comment, 'approved'))) {
      entries.push({ type: 'skipped', kind: 'comment', where: place, reason: 'was in the trash' })
      continue
    }
    try {
      const remark: Remark = (reason) => entries.push({ type: 'note', where: place, reason })
      const made = commentEntry({ where: place, item: toComment(comment, owner, remark) })
      if (made.type === 'comment') placed.push(made)
      else entries.push(made)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      entries.push({ type: 'refused', kind: 'comment', where: place, reason })
    }
  }
  const ordered = parentsFirst(placed, ({ where: lost }) =>
    entries.push({
      type: 'note',
      where: lost,
      reason: 'answered a comment that did not come and stands by itself now',
    }),
  )
  return [...entries, ...ordered.map((comment): Entry => ({ type: 'comment', ...comment }))]
}
