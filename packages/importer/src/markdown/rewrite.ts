import { limits } from '../limits.ts'
import { leadsElsewhere } from './elsewhere.ts'
import { type Node, parsed } from './parsed.ts'

/** How a text uses an address: for a picture or film that it shows, for another size of one, or for a link. `alt` are its words for it. */
export interface AddressUse {
  as: 'shown' | 'offered' | 'linked'
  alt: string
}

const linked: AddressUse = { as: 'linked', alt: '' }
const shown: AddressUse = { as: 'shown', alt: '' }

/** Where the addresses of a text should lead. */
export interface Links {
  change: (address: string) => string
  /** The only hosts whose addresses `change` changes, in lower case, without `www.`; any host's where it is not given. */
  ownHosts?: ReadonlySet<string>
}

/** Where an address stands in the source of a text. */
export interface AddressPlace {
  start: number
  end: number
  address: string
  use: AddressUse
  /** In brackets or a definition; in an attribute of HTML; or by itself, as a link that shows itself. */
  form: 'markdown' | 'attribute' | 'bare'
}

/** An address as it may stand between the brackets of a link. */
const inBrackets = (address: string): string =>
  /[\s<>]/.test(address) || !/^(?:[^()]|\([^()]*\))*$/.test(address)
    ? `<${address.replace(/[<>\n]/g, (char) => encodeURIComponent(char))}>`
    : address

const destination =
  /\]\(\s*(<[^<>\n]*>|[^\s<](?:(?!\]\()\S)*?)(?=\s*\)$|\s+(?:"[\s\S]*"|'[\s\S]*'|\([\s\S]*\))\s*\)$)/g
const definition = /^\s*\[[\s\S]*?\]:\s*(<[^<>\n]*>|\S+)/

/** Where the address stands in the source of a link, picture or definition; undefined for one that has none of its own. */
const placeOf = (source: string, isDefinition: boolean): { at: number; written: string } | undefined => {
  if (isDefinition) {
    const found = definition.exec(source)
    return found?.[1] === undefined
      ? undefined
      : { at: found.index + found[0].length - found[1].length, written: found[1] }
  }
  const skipped = Math.max(0, source.length - limits.linkTailCharsMax)
  const found = [...source.slice(skipped).matchAll(destination)].at(-1)
  return found?.[1] === undefined
    ? undefined
    : { at: skipped + found.index + found[0].length - found[1].length, written: found[1] }
}

const attribute = /(\s(href|src|poster|data)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/gi
const sourceSet = /(\ssrcset\s*=\s*)("[^"]*"|'[^']*')/gi
const unquoted = (written: string): { quote: string; inside: string } => {
  const quote = /^["']/.exec(written)?.[0] ?? ''
  return { quote, inside: quote === '' ? written : written.slice(1, -1) }
}

/** The addresses in the attributes of raw HTML, which begins at `offset`. */
const placesInHtml = (html: string, offset: number): AddressPlace[] => {
  const places: AddressPlace[] = []
  for (const { 0: tag, index } of html.matchAll(/<[a-z][^<>]*>/gi)) {
    const alt = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag)
    const use = { as: 'shown', alt: alt?.[1] ?? alt?.[2] ?? '' } as const
    const add = (at: number, written: string, its: AddressUse): void => {
      const start = offset + index + at
      const address = written.replaceAll('&amp;', '&')
      places.push({ start, end: start + written.length, address, use: its, form: 'attribute' })
    }
    for (const { 0: whole, 1: before = '', 2: name = '', 3: written = '', index: at } of tag.matchAll(
      attribute,
    )) {
      const { quote, inside } = unquoted(written)
      if (whole !== '')
        add(at + before.length + quote.length, inside, name.toLowerCase() === 'href' ? linked : use)
    }
    const as = /^<source\b/i.test(tag) ? 'shown' : 'offered'
    for (const { 1: before = '', 2: written = '', index: at } of tag.matchAll(sourceSet)) {
      const { quote, inside } = unquoted(written)
      for (const { 1: gap = '', 2: address = '', index: inSet } of inside.matchAll(/(^|,\s*)([^\s,]+)/g))
        add(at + before.length + quote.length + inSet + gap.length, address, { ...use, as })
    }
  }
  return places
}

/** How the address of a link, picture or definition is used; a definition by the pictures that name it, if any do. */
const useOf = (node: Node, pictures: ReadonlySet<string>): AddressUse => {
  if (node.type === 'image') return { as: 'shown', alt: node.alt ?? '' }
  return node.type === 'definition' && pictures.has(node.identifier) ? shown : linked
}

/** `pictures` are identifiers of definitions that pictures name. */
const placesIn = (node: Node, source: string, pictures: ReadonlySet<string>): AddressPlace[] => {
  const start = node.position?.start.offset
  const end = node.position?.end.offset
  if (start === undefined || end === undefined) return []
  const written = source.slice(start, end)
  if (node.type === 'html') return placesInHtml(written, start)
  if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return []
  const { url: address } = node
  const use = useOf(node, pictures)
  if (node.type === 'link' && !written.startsWith('[')) return [{ start, end, address, use, form: 'bare' }]
  const place = placeOf(written, node.type === 'definition')
  if (place === undefined) return []
  const at = start + place.at
  return [{ start: at, end: at + place.written.length, address, use, form: 'markdown' }]
}

/** What no address does without. */
const maybeAddress = /\]\(|\]:|\b(?:href|src|srcset|data|poster)\s*=|https?:|www\./i

/** All addresses of a Markdown text, its HTML included, in their order. Code has none. */
export const addressPlaces = (markdown: string): AddressPlace[] => {
  if (!maybeAddress.test(markdown)) return []
  const nodes: Node[] = [parsed(markdown)]
  for (const node of nodes) if ('children' in node) for (const child of node.children) nodes.push(child)
  const pictures = new Set(nodes.flatMap((node) => (node.type === 'imageReference' ? [node.identifier] : [])))
  const places = nodes.flatMap((node) => placesIn(node, markdown, pictures))
  return places.sort((one, other) => one.start - other.start || one.end - other.end)
}

/** A changed address as it may be written at a place. */
const writtenAt = (written: string, form: AddressPlace['form'], address: string): string => {
  if (form === 'attribute') return address.replaceAll('&', '&amp;')
  return form === 'bare' ? `[${written.replace(/^<|>$/g, '')}](${inBrackets(address)})` : inBrackets(address)
}

/** Changes the addresses of a Markdown text, its HTML included, and nothing else. Code stays as it is. */
export const rewriteAddresses = (markdown: string, { change, ownHosts }: Links): string => {
  if (ownHosts && leadsElsewhere(markdown, ownHosts)) return markdown
  let done = ''
  let from = 0
  for (const { start, end, address, form } of addressPlaces(markdown)) {
    const changed = change(address)
    if (start < from || changed === address) continue
    done += markdown.slice(from, start) + writtenAt(markdown.slice(start, end), form, changed)
    from = end
  }
  return done + markdown.slice(from)
}
