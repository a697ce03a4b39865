import { limits } from '../limits.ts'
import { leadsElsewhere } from './elsewhere.ts'
import { type Node, parsed } from './parsed.ts'

type Change = (address: string) => string

/** Where the addresses of a text should lead. */
export interface Links {
  change: Change
  /** The only hosts whose addresses `change` changes, in lower case, without `www.`; any host's where it is not given. */
  ownHosts?: ReadonlySet<string>
}

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

const attribute = /(\s(?:href|src|poster|data)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/gi
const sourceSet = /(\ssrcset\s*=\s*)("[^"]*"|'[^']*')/gi
const unquoted = (written: string): { quote: string; inside: string } => {
  const quote = /^["']/.exec(written)?.[0] ?? ''
  return { quote, inside: quote === '' ? written : written.slice(1, -1) }
}

/** The addresses in the attributes of raw HTML. */
const rewriteHtml = (html: string, change: Change): string =>
  html.replace(/<[a-z][^<>]*>/gi, (tag) =>
    tag
      .replace(attribute, (_whole, before: string, written: string) => {
        const { quote, inside } = unquoted(written)
        return `${before}${quote}${change(inside.replaceAll('&amp;', '&')).replaceAll('&', '&amp;')}${quote}`
      })
      .replace(sourceSet, (_whole, before: string, written: string) => {
        const { quote, inside } = unquoted(written)
        const set = inside.replace(
          /(^|,\s*)([^\s,]+)/g,
          (_each, gap: string, address: string) => gap + change(address),
        )
        return `${before}${quote}${set}${quote}`
      }),
  )

const editOf = (node: Node, source: string, change: Change): Edit | undefined => {
  const start = node.position?.start.offset
  const end = node.position?.end.offset
  if (start === undefined || end === undefined) return undefined
  const written = source.slice(start, end)
  if (node.type === 'html') {
    const text = rewriteHtml(written, change)
    return text === written ? undefined : { start, end, text }
  }
  if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return undefined
  const address = change(node.url)
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
export const rewriteAddresses = (markdown: string, { change, ownHosts }: Links): string => {
  if (!maybeAddress.test(markdown) || (ownHosts && leadsElsewhere(markdown, ownHosts))) return markdown
  const edits: Edit[] = []
  const waiting: Node[] = [parsed(markdown)]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const edit = editOf(node, markdown, change)
    if (edit !== undefined) edits.push(edit)
    if ('children' in node) waiting.push(...node.children)
  }
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
