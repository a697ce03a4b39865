import { escapedHtml } from '@logbook/contracts/words.ts'
import { z } from 'zod'
import { limits } from '../limits.ts'

/** A stretch of a text that Ghost kept in its editor's own form alone. */
export type Stretch = { html: string } | { markdown: string }

const known = (tag: string | undefined, otherwise: string): string =>
  tag !== undefined && /^(?:p|h[1-6]|blockquote|ul|ol|li|aside)$/.test(tag) ? tag : otherwise

const card = z.looseObject({
  markdown: z.string().optional(),
  html: z.string().optional(),
  src: z.string().optional(),
  url: z.string().optional(),
  alt: z.string().nullish(),
  caption: z.string().nullish(),
  code: z.string().optional(),
})

/** A card: a picture, code, HTML, Markdown, or at least its address. */
const stretchOfCard = (raw: unknown): Stretch => {
  const { markdown, html, src, url, alt, caption, code } = card.catch({}).parse(raw)
  if (markdown !== undefined) return { markdown }
  if (code !== undefined) return { html: `<pre><code>${escapedHtml(code)}</code></pre>` }
  if (html !== undefined) return { html }
  if (src !== undefined)
    return {
      html: `<p><img src="${escapedHtml(src)}" alt="${escapedHtml(alt ?? '')}"></p><p>${caption ?? ''}</p>`,
    }
  return { html: url === undefined ? '' : `<p><a href="${escapedHtml(url)}">${escapedHtml(url)}</a></p>` }
}

const lexicalNode = z.looseObject({
  type: z.string(),
  tag: z.string().optional(),
  text: z.string().optional(),
  url: z.string().optional(),
  children: z.array(z.unknown()).optional(),
})

const inline = new Set(['link', 'autolink', 'text', 'extended-text', 'linebreak', 'tab'])

const lexicalHtml = (raw: unknown, depth = 0): string => {
  const read = lexicalNode.safeParse(raw)
  if (!read.success || depth > limits.htmlDepthMax) return ''
  const { type, tag, text, url, children } = read.data
  if (text !== undefined) return escapedHtml(text)
  if (type === 'linebreak') return '<br>'
  const inside = (children ?? []).map((child) => lexicalHtml(child, depth + 1)).join('')
  if (type === 'link' || type === 'autolink') return `<a href="${escapedHtml(url ?? '')}">${inside}</a>`
  if (children === undefined && !inline.has(type)) {
    const stretch = stretchOfCard(raw)
    return 'html' in stretch ? stretch.html : `<p>${escapedHtml(stretch.markdown)}</p>`
  }
  const name = known(tag, type === 'listitem' ? 'li' : type === 'quote' ? 'blockquote' : 'p')
  return `<${name}>${inside}</${name}>`
}

const lexicalRoot = z.object({ root: z.object({ children: z.array(z.unknown()) }) })

/** The editor of Ghost 5.39 and later. */
const ofLexical = (json: unknown): Stretch[] =>
  lexicalRoot.parse(json).root.children.map((node) => {
    const { success, data } = lexicalNode.safeParse(node)
    return success && data.children === undefined ? stretchOfCard(node) : { html: lexicalHtml(node) }
  })

const markers = z.array(z.tuple([z.number(), z.unknown(), z.unknown(), z.unknown()], z.unknown()))
const mobiledoc = z.object({
  cards: z.array(z.tuple([z.string(), z.unknown()], z.unknown())).default([]),
  sections: z.array(z.array(z.unknown())),
})

const markersHtml = (raw: unknown): string =>
  markers
    .catch([])
    .parse(raw)
    .map(([kind, , , text]) => (kind === 0 && typeof text === 'string' ? escapedHtml(text) : ' '))
    .join('')

/** The editor of Ghost 1 to 5.38. */
const ofMobiledoc = (json: unknown): Stretch[] => {
  const { cards, sections } = mobiledoc.parse(json)
  return sections.map(([kind, value, more]): Stretch => {
    const tag = known(typeof value === 'string' ? value.toLowerCase() : undefined, 'p')
    if (kind === 10) return stretchOfCard(cards[Number(value)]?.[1])
    if (kind === 3 && Array.isArray(more))
      return { html: `<${tag}>${more.map((item) => `<li>${markersHtml(item)}</li>`).join('')}</${tag}>` }
    return kind === 1 ? { html: `<${tag}>${markersHtml(more)}</${tag}>` } : { html: '' }
  })
}

/** A text in the form of Ghost's editor, as HTML and Markdown in order. Its words, pictures, links of the later editor and cards come. Throws an Error where it is no such text. */
export const stretchesOf = (text: string, editor: 'lexical' | 'mobiledoc'): Stretch[] => {
  try {
    const json: unknown = JSON.parse(text)
    return editor === 'lexical' ? ofLexical(json) : ofMobiledoc(json)
  } catch (error) {
    throw new Error(`its ${editor} cannot be read`, { cause: error })
  }
}
