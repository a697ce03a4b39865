import { escapedHtml } from '@logbook/contracts/words.ts'
import type { Remark } from '../remark.ts'
import { codeRegions, cutsCode, type Region } from './code-regions.ts'

const paired = /<(iframe|video|audio|object)\b([^<>]*)>([\s\S]{0,5000}?)<\/\1\s*>/gi
const alone = /<(iframe|video|audio|embed)\b([^<>]*?)\/?>/gi
const scriptOpening = /<script\b([^<>]*)>/gi
const pictureInText = /<img\b[^<>]*\ssrc\s*=\s*["']?data:[^<>]*>|!\[[^\]\n]{0,500}\]\(data:[^)\s]*\)/gi

const attribute = (attributes: string, name: string): string => {
  const [, double, single, bare] =
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes) ?? []
  return (double ?? single ?? bare ?? '').trim().replaceAll('&amp;', '&')
}

/** A link in Markdown, or in HTML where Markdown is not read. */
const link = (address: string, words: string, isInHtml: boolean): string => {
  if (isInHtml) return `<a href="${escapedHtml(address)}">${escapedHtml(words)}</a>`
  if (words === address && /^https?:[^\s<>]+$/i.test(address)) return `<${address}>`
  const safe = /[\s<>()]/.test(address) ? `<${address.replace(/[<>\n]/g, encodeURIComponent)}>` : address
  return `[${words.replace(/[[\]\\*_`<]/g, '\\$&')}](${safe})`
}

const wordsOf = (html: string): string =>
  html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** Where embedded media are, and what they are called. */
const mediaOf = (
  name: string,
  attributes: string,
  inside: string,
): { address: string; words: string } | undefined => {
  const address =
    attribute(attributes, name === 'object' ? 'data' : 'src') ||
    attribute(/<(?:source|embed)\b([^<>]*)>/i.exec(inside)?.[1] ?? '', 'src') ||
    attribute(attributes, 'data-src')
  if (address === '') return undefined
  const file = address.replace(/[?#].*$/, '').replace(/^.*\//, '')
  const isFile = name === 'video' || name === 'audio'
  const words = attribute(attributes, 'title') || (isFile ? file : wordsOf(inside)) || address
  return { address, words }
}

/** Scripts with all that stands in them; one that never closes is none. */
function* scriptsIn(markdown: string): Generator<RegExpExecArray> {
  const lower = markdown.toLowerCase()
  let from = 0
  for (const open of markdown.matchAll(scriptOpening)) {
    if (open.index < from) continue
    const close = lower.indexOf('</script', open.index)
    const end = close < 0 ? -1 : lower.indexOf('>', close)
    if (end < 0) return
    open[0] = markdown.slice(open.index, end + 1)
    from = end + 1
    yield open
  }
}

interface Place extends Region {
  text: string
}

/** Embedded media as links, which is what the same becomes from WordPress. What has no address is left out and told. */
export const embedsToLinks = (markdown: string, remark: Remark): string => {
  if (!/<(?:iframe|video|audio|object|embed|script)\b|data:/i.test(markdown)) return markdown
  const all = codeRegions(markdown)
  // A script is verbatim, but here it is what is looked for.
  const regions = all.filter(({ start, end }) => !/^\s*<script\b/i.test(markdown.slice(start, end)))
  const isInHtml = ({ start }: Region): boolean => {
    const line = markdown.slice(markdown.lastIndexOf('\n\n', start) + 1, start)
    return /^\s*<[a-z]/i.test(line)
  }
  const places: Place[] = []
  const find = (
    matches: Iterable<RegExpExecArray>,
    say: (match: RegExpExecArray, region: Region) => string,
  ): void => {
    for (const match of matches) {
      const region = { start: match.index, end: match.index + match[0].length }
      const isTaken = places.some((place) => place.start < region.end && region.start < place.end)
      if (!isTaken && !cutsCode(regions, region)) places.push({ ...region, text: say(match, region) })
    }
  }
  const media = ([, name = '', attributes = '', inside = '']: RegExpExecArray, region: Region): string => {
    const found = mediaOf(name.toLowerCase(), attributes, inside)
    if (found === undefined)
      remark(`had an embedded <${name.toLowerCase()}> without an address; it was left out`)
    return found === undefined ? '' : link(found.address, found.words, isInHtml(region))
  }
  find(markdown.matchAll(paired), media)
  find(markdown.matchAll(alone), media)
  find(scriptsIn(markdown), ([, attributes = ''], region) => {
    const address = attribute(attributes, 'src')
    const gist = /^(?:https?:)?\/\/(gist\.github\.com\/[^?#]+?)(?:\.js)?(?:[?#].*)?$/.exec(address)?.[1]
    if (gist === undefined) remark('had a script, which no text can hold; it was left out')
    return gist === undefined ? '' : link(`https://${gist}`, `https://${gist}`, isInHtml(region))
  })
  find(markdown.matchAll(pictureInText), () => {
    remark('had a picture written into the text (data:), which no page shows; it was left out')
    return ''
  })
  places.sort((one, other) => one.start - other.start)
  let done = ''
  let from = 0
  for (const { start, end, text } of places) {
    done += markdown.slice(from, start) + text
    from = end
  }
  return done + markdown.slice(from)
}
