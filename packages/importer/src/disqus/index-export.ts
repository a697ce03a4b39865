import { UnreadableBlog } from '../entry.ts'
import { children, childText, parseXml, textOf, type XmlNode } from '../wordpress/parse-xml.ts'
import { readText } from '../wordpress/read-text.ts'
import { type Cut, DisqusCutter } from './cut-export.ts'

export interface Thread {
  forum: string
  /** The address of the page that it stood under. */
  link: string
  /** What the page called itself: a number, a path or an address. */
  identifier: string
  isClosed: boolean
}

/** Where a comment stands, and whether it will come. */
export interface CommentPlace {
  thread: string
  parent: string | null
  comes: boolean
}

export interface DisqusIndex {
  threads: ReadonlyMap<string, Thread>
  comments: ReadonlyMap<string, CommentPlace>
  /** Threads with a comment. */
  commented: ReadonlySet<string>
}

/** An element of an export, parsed. Throws an Error that says what is wrong and in which line of the file. */
export const elementOf = ({ type, text, line }: Extract<Cut, { text: string }>): XmlNode | undefined =>
  children(parseXml({ text, line }, new Map()), type)[0]

/** Disqus' own number of an element, or of the one that it names: `dsq:id`, whatever the prefix. */
export const idOf = (node: XmlNode | undefined): string => {
  const found =
    typeof node === 'object' ? Object.entries(node).find(([name]) => /^@\w+:id$/.test(name)) : undefined
  return found === undefined || Array.isArray(found[1]) ? '' : textOf(found[1]).trim()
}

export const field = (node: XmlNode | undefined, name: string): string => childText(node, name).trim()

export const flag = (node: XmlNode | undefined, name: string): boolean => field(node, name) === 'true'

const isDisqusId = (id: string): boolean => /^\d{1,25}$/.test(id)

/** All cuts of a file, with how far it is read, in bytes. */
export async function* readCuts(file: string): AsyncGenerator<Cut & { done: number; total: number }> {
  const cutter = new DisqusCutter()
  let total = 0
  for await (const { text, bytesDone, bytesTotal } of readText(file)) {
    total = bytesTotal
    for (const cut of cutter.push(text)) yield { ...cut, done: bytesDone, total }
  }
  for (const cut of cutter.end()) yield { ...cut, done: total, total }
}

/** The comment's place. Throws an Error where it has none. */
export const placeOf = (node: XmlNode | undefined): CommentPlace & { id: string } => {
  const id = idOf(node)
  const thread = idOf(children(node, 'thread')[0])
  const parent = idOf(children(node, 'parent')[0])
  if (!isDisqusId(id)) throw new Error('has no dsq:id, which its identity is made of')
  if (!isDisqusId(thread)) throw new Error('does not say which thread it is of')
  return { id, thread, parent: isDisqusId(parent) ? parent : null, comes: !flag(node, 'isDeleted') }
}

/** What comments refer to: threads, and the comments that they answer. Texts are not kept. Throws UnreadableBlog. */
export const indexExport = async (file: string): Promise<DisqusIndex> => {
  const threads = new Map<string, Thread>()
  const comments = new Map<string, CommentPlace>()
  let found = 0
  for await (const cut of readCuts(file)) {
    found += 1
    if (cut.type === 'broken') continue
    try {
      const node = elementOf(cut)
      if (cut.type === 'post') {
        const { id, ...place } = placeOf(node)
        if (!comments.has(id)) comments.set(id, place)
      } else if (!threads.has(idOf(node)))
        threads.set(idOf(node), {
          ...{ forum: field(node, 'forum'), link: field(node, 'link'), identifier: field(node, 'id') },
          isClosed: flag(node, 'isClosed'),
        })
    } catch {
      // Told of when the element itself is read.
    }
  }
  if (found === 0 || (threads.size === 0 && comments.size === 0))
    throw new UnreadableBlog(
      'it is an export of Disqus without a thread or comment: there is nothing to import',
    )
  return { threads, comments, commented: new Set([...comments.values()].map(({ thread }) => thread)) }
}
