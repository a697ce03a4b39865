import type { ImportComment } from '@logbook/contracts/http/comments.ts'
import { parseDate } from '../dates.ts'
import { cleanText, toCommentAuthor, toCommentText } from '../fields.ts'
import { parseHtml, treeToMarkdown } from '../html/tree-to-markdown.ts'
import { limits } from '../limits.ts'
import type { Remark } from '../remark.ts'
import { children, type XmlNode } from '../wordpress/parse-xml.ts'
import { field, flag } from './index-export.ts'

/** Disqus leads every link through its own host, with a mark behind the address. */
const shortened = /^https?:\/\/disq\.us\/url\?(.*)$/i

/** Where a link of a comment led, as a whole address: that of the page that it stood under is `page`. */
export const linkOf = (address: string, page: string): string => {
  const query = shortened.exec(address)?.[1]
  const target = query === undefined ? null : new URLSearchParams(query.replaceAll('&amp;', '&')).get('url')
  if (target !== null) return target.replace(/:[\w-]{20,40}$/, '')
  const isPath = !/^(?:[a-z][a-z0-9+.-]*:|#|$)/i.test(address)
  return isPath && URL.canParse(address, page) ? new URL(address, page).href : address
}

const textOfMessage = (html: string, page: string, remark: Remark): string => {
  if (html.length > limits.htmlCharsMax)
    throw new RangeError(`its HTML is longer than ${limits.htmlCharsMax} characters`)
  const parsed = parseHtml(cleanText(html))
  return toCommentText(
    treeToMarkdown(parsed, (address) => linkOf(address, page), remark),
    remark,
  )
}

const statusOf = (node: XmlNode | undefined): ImportComment['status'] => {
  if (flag(node, 'isSpam')) return 'rejected'
  return field(node, 'isApproved') === 'false' ? 'pending' : 'approved'
}

/** What a comment says itself, beside where it stands. E-mail and IP addresses are not read. Throws an Error that says why it cannot come. */
export const postToComment = (
  node: XmlNode | undefined,
  page: string,
  remark: Remark,
): Pick<ImportComment, 'author' | 'content' | 'createdAt' | 'status'> => {
  const written = field(node, 'createdAt')
  const date = parseDate(written)
  if (date === undefined)
    throw new Error(
      written === '' ? 'has no date' : `has a date that does not exist: ${written.slice(0, 40)}`,
    )
  const author = children(node, 'author')[0]
  return {
    author: toCommentAuthor({ name: field(author, 'name') || field(author, 'username'), url: '' }, remark),
    content: textOfMessage(field(node, 'message'), page, remark),
    createdAt: date.toISOString(),
    status: statusOf(node),
  }
}
