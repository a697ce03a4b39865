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

type Change = (address: string, use: AddressUse) => string

interface Edit {
  start: number
  end: number
  text: string
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

/** A picture of this blog's media brings its own widths, and no other's. */
const withoutOldWidths = (tag: string): string =>
  /^<img\b/i.test(tag) && /\ssrc\s*=\s*["']?\/api\/media\//i.test(tag)
    ? tag.replace(sourceSet, '').replace(/\ssizes\s*=\s*(?:"[^"]*"|'[^']*')/gi, '')
    : tag

/** The addresses in the attributes of raw HTML. */
const rewriteHtml = (html: string, change: Change): string =>
  html.replace(/<[a-z][^<>]*>/gi, (tag) => {
    const alt = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag)
    const use = { as: 'shown', alt: alt?.[1] ?? alt?.[2] ?? '' } as const
    const inSet = /^<source\b/i.test(tag) ? 'shown' : 'offered'
    const changed = tag
      .replace(attribute, (_whole, before: string, name: string, written: string) => {
        const { quote, inside } = unquoted(written)
        const address = change(
          inside.replaceAll('&amp;', '&'),
          name.toLowerCase() === 'href' ? linked : use,
        ).replaceAll('&', '&amp;')
        return `${before}${quote}${address}${quote}`
      })
      .replace(sourceSet, (_whole, before: string, written: string) => {
        const { quote, inside } = unquoted(written)
        const set = inside.replace(
          /(^|,\s*)([^\s,]+)/g,
          (_each, gap: string, address: string) => gap + change(address, { ...use, as: inSet }),
        )
        return `${before}${quote}${set}${quote}`
      })
    return changed === tag ? tag : withoutOldWidths(changed)
  })

/** How the address of a link, picture or definition is used; a definition by the pictures that name it, if any do. */
const useOf = (node: Node, pictures: ReadonlySet<string>): AddressUse => {
  if (node.type === 'image') return { as: 'shown', alt: node.alt ?? '' }
  return node.type === 'definition' && pictures.has(node.identifier) ? shown : linked
}

interface Context {
  source: string
  change: Change
  /** Identifiers of definitions that pictures name. */
  pictures: ReadonlySet<string>
}

const editOf = (node: Node, { source, change, pictures }: Context): Edit | undefined => {
  const start = node.position?.start.offset
  const end = node.position?.end.offset
  if (start === undefined || end === undefined) return undefined
  const written = source.slice(start, end)
  if (node.type === 'html') {
    const text = rewriteHtml(written, change)
    return text === written ? undefined : { start, end, text }
  }
  if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return undefined
  const address = change(node.url, useOf(node, pictures))
  if (address === node.url) return undefined
  if (node.type === 'link' && !written.startsWith('[')) {
    // A bare address, or one in angle brackets, which shows itself.
    return { start, end, text: `[${written.replace(/^<|>$/g, '')}](${inBrackets(address)})` }
  }
  const place = placeOf(written, node.type === 'definition')
  if (place === undefined) return undefined
  const at = start + place.at
  return { start: at, end: at + place.written.length, text: inBrackets(address) }
}

/** What no address does without. */
const maybeAddress = /\]\(|\]:|\b(?:href|src|srcset|data|poster)\s*=|https?:|www\./i

/** Changes the addresses of a Markdown text, its HTML included, and nothing else. Code stays as it is. */
export const rewriteAddresses = (
  markdown: string,
  { change, ownHosts }: Pick<Links, 'ownHosts'> & { change: Change },
): string => {
  if (!maybeAddress.test(markdown) || (ownHosts && leadsElsewhere(markdown, ownHosts))) return markdown
  const nodes: Node[] = [parsed(markdown)]
  for (const node of nodes) if ('children' in node) for (const child of node.children) nodes.push(child)
  const pictures = new Set(nodes.flatMap((node) => (node.type === 'imageReference' ? [node.identifier] : [])))
  const context = { source: markdown, change, pictures }
  const edits = nodes.flatMap((node) => editOf(node, context) ?? [])
  edits.sort((one, other) => one.start - other.start || one.end - other.end)
  let done = ''
  let from = 0
  for (const { start, end, text } of edits) {
    if (start < from) continue
    done += markdown.slice(from, start) + text
    from = end
  }
  return done + markdown.slice(from)
}
