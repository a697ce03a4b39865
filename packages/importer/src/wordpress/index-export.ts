import { type OldSite, oldSiteOf, plainAddress } from '../addresses.ts'
import { parseDate, parseMailDate } from '../dates.ts'
import { UnreadableBlog } from '../entry.ts'
import { oneLine, toSlug, toTitle } from '../fields.ts'
import type { SaidSettings } from '../settings.ts'
import { htmlToText } from './html-to-markdown.ts'
import { children, childText, metaOf, parseXml, readPrefixes, type XmlNode } from './parse-xml.ts'
import { readText } from './read-text.ts'
import { reasonToSkip } from './reason-to-skip.ts'
import type { Attachment } from './shortcodes.ts'
import { ExportSplitter, type Part } from './split-export.ts'

/** What has to be known of a whole export before its first post can be made. Grows by a few short texts an item. */
export interface ExportIndex {
  prefixes: ReadonlyMap<string, string>
  /**
   * The blog's address without scheme, lower case: stable across exports, whatever moves to https. Where it names none, its
   * first text, which two blogs hardly share.
   */
  identity: string
  /** Display names by login. */
  authors: ReadonlyMap<string, string>
  attachments: ReadonlyMap<string, Attachment>
  /** Ids of attachments by the post that they were uploaded to. */
  attachmentsOf: ReadonlyMap<string, string[]>
  /** Posts and pages, in source order. */
  texts: readonly IndexedText[]
  /** Where the blog stood. */
  site: OldSite
  /** When the export was made, else the latest date of its texts, for what has no date of its own. */
  exportedAt: Date | undefined
  /** How many items there are, of any kind, broken ones included. */
  items: number
  /** What the channel says of the blog. It names no time zone. */
  said: SaidSettings
}

/** A post or page, as far as others may link to it. */
interface IndexedText {
  id: string
  title: string
  slug: string | undefined
  /** Its old address; empty where the export names none. */
  link: string
}

/** The parts of an export as they are read, each with the share of the file that has been read by then. */
export async function* readParts(file: string): AsyncGenerator<Part & { done: number; total: number }> {
  const splitter = new ExportSplitter()
  let total = 0
  for await (const { text, bytesDone, bytesTotal } of readText(file)) {
    total = bytesTotal
    for (const part of splitter.push(text)) yield { ...part, done: bytesDone, total }
  }
  for (const part of splitter.end()) yield { ...part, done: total, total }
}

const readHead = (text: string): { prefixes: Map<string, string>; channel: XmlNode | undefined } => {
  if (!/<rss[\s>]/.test(text) || !/<channel[\s>]/.test(text))
    throw new UnreadableBlog(
      `it is not a WordPress export: no <rss> with a <channel> was found in its first ${text.length} characters`,
    )
  const prefixes = readPrefixes(text)
  if (![...prefixes.values()].includes('wp'))
    throw new UnreadableBlog(
      'it is an RSS feed but not a WordPress export: no namespace is that of wordpress.org/export',
    )
  const open = text.includes('</channel>') ? text : `${text}</channel></rss>`
  try {
    const root = parseXml({ text: open.replace(/^\ufeff/, '').trimStart(), line: 1 }, prefixes)
    return { prefixes, channel: children(children(root, 'rss')[0], 'channel')[0] }
  } catch (error) {
    throw new UnreadableBlog(
      `what stands before its first item is ${error instanceof Error ? error.message : 'unreadable'}`,
    )
  }
}

const indexItem = (item: XmlNode | undefined, maps: ReturnType<typeof emptyMaps>): void => {
  const id = childText(item, 'wp:post_id').trim()
  const type = childText(item, 'wp:post_type').trim()
  if (type === 'attachment') {
    const url = childText(item, 'wp:attachment_url').trim()
    if (url === '' || id === '') return
    maps.attachments.set(id, {
      url,
      title: htmlToText(childText(item, 'title')),
      caption: htmlToText(childText(item, 'excerpt:encoded')),
      alt: htmlToText(metaOf(item, '_wp_attachment_image_alt')),
    })
    const parent = childText(item, 'wp:post_parent').trim()
    const others = maps.attachmentsOf.get(parent)
    if (others) others.push(id)
    else maps.attachmentsOf.set(parent, [id])
  } else if (type === 'post' || type === 'page') {
    if (!/^\d+$/.test(id) || maps.ids.has(id) || reasonToSkip(item) !== undefined) return
    maps.ids.add(id)
    const title = toTitle(htmlToText(childText(item, 'title')), () => {})
    const slug = toSlug(childText(item, 'wp:post_name'))
    const date = parseDate(childText(item, 'wp:post_date_gmt')) ?? parseDate(childText(item, 'wp:post_date'))
    if (date && (maps.latest === undefined || date > maps.latest)) maps.latest = date
    maps.first ||= `since:${id}:${childText(item, 'wp:post_date').trim() || (date?.toISOString() ?? '')}:${slug ?? title}`
    maps.texts.push({ id, title, slug, link: childText(item, 'link').trim() })
  }
}

const emptyMaps = () => ({
  attachments: new Map<string, Attachment>(),
  attachmentsOf: new Map<string, string[]>(),
  texts: [] as IndexedText[],
  ids: new Set<string>(),
  latest: undefined as Date | undefined,
  first: '',
  items: 0,
})

const authorsOf = (channel: XmlNode | undefined): Map<string, string> =>
  new Map(
    children(channel, 'wp:author').map((author) => {
      const login = oneLine(childText(author, 'wp:author_login'))
      return [login, oneLine(childText(author, 'wp:author_display_name')) || login]
    }),
  )

/** Reads an export once through. Throws UnreadableBlog for what is none; items that are broken are passed over here. */
export const indexExport = async (file: string): Promise<ExportIndex> => {
  const maps = emptyMaps()
  let head: ReturnType<typeof readHead> | undefined
  for await (const part of readParts(file)) {
    if (head === undefined) {
      if (part.type === 'broken') throw new UnreadableBlog(`near line ${part.line}: ${part.reason}`)
      head = readHead(part.text)
    } else if (part.type === 'broken') maps.items += 1
    else if (part.type === 'item') {
      maps.items += 1
      try {
        indexItem(children(parseXml(part, head.prefixes), 'item')[0], maps)
      } catch {
        // Told of when the item itself is read.
      }
    }
  }
  if (head === undefined) throw new UnreadableBlog('it is empty')
  const { channel, prefixes } = head
  const address = childText(channel, 'wp:base_blog_url') || childText(channel, 'link')
  const { ids: _, first, latest, ...index } = maps
  return {
    prefixes,
    identity: plainAddress(address) || first,
    authors: authorsOf(channel),
    ...index,
    site: oldSiteOf(address),
    said: {
      title: htmlToText(childText(channel, 'title')),
      description: htmlToText(childText(channel, 'description')),
      language: childText(channel, 'language'),
    },
    exportedAt: parseMailDate(childText(channel, 'pubDate')) ?? latest,
  }
}
