import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { fineFault } from './well-formed.ts'

/** An element as parsed: its text if it is plain, else its children by canonical name. */
export type XmlNode = string | { [name: string]: XmlNode | XmlNode[] }

const meanings: readonly [RegExp, string][] = [
  [/^https?:\/\/wordpress\.org\/export\/[\d.]+\/excerpt\/?$/i, 'excerpt'],
  [/^https?:\/\/wordpress\.org\/export\/[\d.]+\/?$/i, 'wp'],
  [/^https?:\/\/purl\.org\/rss\/1\.0\/modules\/content\/?$/i, 'content'],
  [/^https?:\/\/purl\.org\/dc\/elements\/1\.1\/?$/i, 'dc'],
]

/** Prefixes as this export declares them, to the usual ones: a namespace is its address, with http or https alike. */
export const readPrefixes = (head: string): Map<string, string> => {
  const prefixes = new Map<string, string>()
  for (const [, prefix = '', address = ''] of head.matchAll(/xmlns:([\w.-]+)\s*=\s*["']([^"']*)["']/g)) {
    const meaning = meanings.find(([pattern]) => pattern.test(address.trim()))
    if (meaning) prefixes.set(prefix, meaning[1])
  }
  return prefixes
}

const canonicalName =
  (prefixes: ReadonlyMap<string, string>) =>
  (name: string): string => {
    const colon = name.indexOf(':')
    const meaning = colon < 0 ? undefined : prefixes.get(name.slice(0, colon))
    return meaning === undefined ? name : meaning + name.slice(colon)
  }

/**
 * A well-formed stretch of XML as plain objects: nothing trimmed or guessed, attributes as `@name`, only XML's and
 * HTML's own entities. Throws an Error whose message says what is wrong and in which line of the file.
 */
export const parseXml = (
  { text, line }: { text: string; line: number },
  prefixes: ReadonlyMap<string, string>,
): XmlNode => {
  const valid = XMLValidator.validate(text, { allowBooleanAttributes: false })
  if (valid !== true) {
    // The validator's own message counts lines within the item.
    const message = valid.err.msg.replace(/ \(opened in line \d+, col \d+\)/, '')
    throw new Error(`not well-formed XML in line ${line + valid.err.line - 1}: ${message}`)
  }
  const fault = fineFault(text)
  if (fault) throw new Error(`not well-formed XML in line ${line + fault.line - 1}: ${fault.message}`)
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    trimValues: false,
    parseTagValue: false,
    parseAttributeValue: false,
    htmlEntities: true,
    ignorePiTags: true,
    transformTagName: canonicalName(prefixes),
  })
  return parser.parse(text)
}

const own = (node: XmlNode | undefined, name: string): XmlNode | XmlNode[] | undefined =>
  typeof node === 'object' && Object.hasOwn(node, name) ? node[name] : undefined

/** All children of that name, in order. */
export const children = (node: XmlNode | undefined, name: string): XmlNode[] => {
  const found = own(node, name)
  return found === undefined ? [] : Array.isArray(found) ? found : [found]
}

/** A node's own text. */
export const textOf = (node: XmlNode | undefined): string => {
  if (typeof node !== 'object') return node ?? ''
  const text = own(node, '#text')
  return typeof text === 'string' ? text : ''
}

/** The text of the first child of that name, empty where there is none. */
export const childText = (node: XmlNode | undefined, name: string): string => textOf(children(node, name)[0])

/** What an item's `wp:postmeta` says under a key; empty where it says nothing. */
export const metaOf = (item: XmlNode | undefined, key: string): string => {
  const meta = children(item, 'wp:postmeta').find((each) => childText(each, 'wp:meta_key').trim() === key)
  return childText(meta, 'wp:meta_value').trim()
}
