import type { Remark } from '../remark.ts'

/** A picture or another file of the blog, as its own item in the export describes it. */
export interface Attachment {
  url: string
  title: string
  caption: string
  /** What it shows, in words. */
  alt: string
}

/** Where a gallery finds its pictures. */
export interface Attachments {
  byId(id: string): Attachment | undefined
  /** Of the post that holds the gallery, in the export's order. */
  ofThisPost(): Attachment[]
}

const escapeHtml = (text: string): string =>
  text
    .replace(/&(?!#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')

const readAttributes = (source: string): { named: Map<string, string>; bare: string[] } => {
  const named = new Map<string, string>()
  const bare: string[] = []
  for (const [, key, double, single, plain, word] of source.matchAll(
    /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))|(\S+)/g,
  )) {
    if (key === undefined) bare.push((word ?? '').replace(/^["']|["']$/g, ''))
    else named.set(key.toLowerCase(), double ?? single ?? plain ?? '')
  }
  return { named, bare }
}

/** Applies a change to all that stands outside `<pre>` and `<code>`; one that is never closed is not code. */
export const outsideCode = (html: string, change: (text: string) => string): string => {
  const lower = html.toLowerCase()
  const opening = /<(pre|code)\b/g
  const unclosed = new Set<string>()
  let done = ''
  let from = 0
  for (let open = opening.exec(lower); open !== null; open = opening.exec(lower)) {
    const name = open[1] ?? ''
    const end = unclosed.has(name) ? -1 : lower.indexOf(`</${name}>`, open.index)
    if (end < 0) {
      unclosed.add(name)
      continue
    }
    const after = end + name.length + 3
    done += change(html.slice(from, open.index)) + html.slice(open.index, after)
    from = after
    opening.lastIndex = after
  }
  return done + change(html.slice(from))
}

type Paired = (attributes: string, inside: string) => string

/** Replaces `[name …]inside[/name]`; one that is never closed stays as it is. */
const replacePaired = (text: string, name: string, change: Paired): string => {
  const opening = new RegExp(`(?<!\\[)\\[${name}(\\s[^\\][]*)?\\]`, 'gi')
  const closing = `[/${name}]`
  const lower = text.toLowerCase()
  let done = ''
  let from = 0
  for (let open = opening.exec(text); open !== null; open = opening.exec(text)) {
    const inside = open.index + open[0].length
    const end = lower.indexOf(closing, inside)
    if (end < 0) break
    done += text.slice(from, open.index) + change(open[1] ?? '', text.slice(inside, end))
    from = end + closing.length
    opening.lastIndex = from
  }
  return done + text.slice(from)
}

const figure = (inside: string, caption: string): string =>
  `\n\n<figure>${inside}${caption.trim() === '' ? '' : `<figcaption>${caption.trim()}</figcaption>`}</figure>\n\n`

const captionToHtml: Paired = (attributes, inside) => {
  const written = readAttributes(attributes).named.get('caption')
  if (written !== undefined) return figure(inside, escapeHtml(written))
  const picture = /^\s*(?:<a\b[^>]*>\s*)?<img\b[^>]*>\s*(?:<\/a>)?/i.exec(inside)?.[0] ?? ''
  return figure(picture, inside.slice(picture.length))
}

const link = (url: string, text = url): string => `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`

const attachmentsToHtml = (attributes: string, attachments: Attachments, remark: Remark): string => {
  const { named } = readAttributes(attributes)
  const ids = named.get('ids') ?? named.get('include')
  const found =
    ids === undefined
      ? attachments.ofThisPost()
      : ids.split(',').flatMap((id) => attachments.byId(id.trim()) ?? [])
  const wanted = ids === undefined ? 0 : ids.split(',').length
  if (found.length === 0 || found.length < wanted)
    remark('has a gallery of which pictures are not in the export')
  return found
    .map(({ url, title, caption, alt }) =>
      /\.(?:jpe?g|png|gif|webp|avif|svg|bmp)(?:\?|$)/i.test(url)
        ? figure(`<img src="${escapeHtml(url)}" alt="${escapeHtml(alt || title)}">`, escapeHtml(caption))
        : figure(link(url, title || url), escapeHtml(caption)),
    )
    .join('')
}

const mediaToHtml = (attributes: string, inside: string): string | undefined => {
  const { named, bare } = readAttributes(attributes)
  const candidates = [...named.values(), ...bare, inside.trim()]
  const url = candidates.find((value) => /^https?:\/\/\S+$/i.test(value))
  return url === undefined ? undefined : `\n\n${link(url)}\n\n`
}

/**
 * WordPress' own shortcodes as the HTML that they would become: pictures with captions, galleries, embedded media as
 * links. Others stay as the visible text that they are where their plugin is missing; code is not looked into.
 */
export const shortcodesToHtml = (html: string, attachments: Attachments, remark: Remark): string =>
  outsideCode(html, (text) => {
    let done = text
    for (const name of ['wp_caption', 'caption']) done = replacePaired(done, name, captionToHtml)
    for (const name of ['embed', 'audio', 'video'])
      done = replacePaired(
        done,
        name,
        (attributes, inside) =>
          mediaToHtml(attributes, inside) ?? `[${name}${attributes}]${inside}[/${name}]`,
      )
    return done
      .replace(/(?<!\[)\[(?:gallery|playlist)(\s[^\][]*)?\/?\]/gi, (_whole, attributes: string | undefined) =>
        attachmentsToHtml(attributes ?? '', attachments, remark),
      )
      .replace(
        /(?<!\[)\[(?:audio|video|embed|youtube|vimeo|wpvideo)(\s[^\][]*)\]/gi,
        (whole, attributes: string) => mediaToHtml(attributes, '') ?? whole,
      )
      .replace(/\[(\[[\w-]+(?:\s[^\][]*)?\])\]/g, '$1')
  })
