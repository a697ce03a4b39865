import { limits } from './limits.ts'
import { type Attributes, isVoid, readTags, tokensOf } from './tags.ts'

/** What a page says about itself, as text. */
export interface SourcePage {
  /** True if it links to the target. */
  links: boolean
  title: string | null
  author: string | null
  excerpt: string | null
}

const addressAttributes: Readonly<Record<string, readonly string[]>> = {
  ...{ a: ['href'], area: ['href'], link: ['href'] },
  ...{ img: ['src'], video: ['src', 'poster'], audio: ['src'], source: ['src'], iframe: ['src'] },
  ...{ blockquote: ['cite'], q: ['cite'], ins: ['cite'], del: ['cite'] },
}

const withoutFragment = (address: string, base?: string): string | undefined => {
  const url = URL.parse(address, base)
  if (url === null) return undefined
  url.hash = ''
  return url.href
}

/** The parts of an h-entry (microformats2) that are read, by class. */
type Part = 'name' | 'author' | 'summary' | 'content'
const parts: readonly (readonly [className: string, part: Part])[] = [
  ['p-author', 'author'],
  ['p-summary', 'summary'],
  ['e-content', 'content'],
  ['p-name', 'name'],
]

/** Elements that no one reads. */
const silent = new Set(['script', 'style', 'template', 'noscript', 'textarea', 'select', 'title'])

/** An open element, with what follows from those around it. */
interface Open {
  name: string
  inEntry: boolean
  isSilent: boolean
  /** The parts that its text belongs to. */
  parts: readonly Part[]
}

const shortened = (text: string, charsMax: number): string | null => {
  const words = text
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069\s]+/gu, ' ')
    .trim()
    .toWellFormed()
  if (words === '') return null
  if (words.length <= charsMax) return words
  return `${words
    .slice(0, charsMax)
    .replace(/\s\S*$/, '')
    .toWellFormed()}…`
}

/** Collects the beginning of each text. */
const createTexts = () => {
  const texts = new Map<string, string>()
  return {
    add(key: string, chars: string): void {
      const before = texts.get(key) ?? ''
      // Twice the length is enough: runs of white space become one space.
      if (before.length < limits.excerptCharsMax * 2)
        texts.set(key, before + chars.slice(0, limits.excerptCharsMax * 2))
    },
    of: (key: string, charsMax: number) => shortened(texts.get(key) ?? '', charsMax),
  }
}

const outermost: Open = { name: '', inEntry: false, isSilent: false, parts: [] }

/** Which elements are open, of a document whose tags need not match. Deeper ones than `depthMax` count as the one around them. */
const createOpenElements = () => {
  const open: Open[] = []
  const counts = new Map<string, number>()
  let beyond = 0
  const innermost = (): Open => open.at(-1) ?? outermost
  return {
    innermost,
    push(element: Open): void {
      if (open.length >= limits.depthMax) beyond++
      else {
        open.push(element)
        counts.set(element.name, (counts.get(element.name) ?? 0) + 1)
      }
    },
    /** Closes the innermost element of this name, and those within it. */
    pop(name: string): void {
      if (beyond > 0) beyond--
      else if ((counts.get(name) ?? 0) > 0)
        for (let last = open.pop(); last !== undefined; last = open.pop()) {
          counts.set(last.name, (counts.get(last.name) ?? 1) - 1)
          if (last.name === name) return
        }
    },
  }
}

/**
 * Reads a page that mentions `target`: whether it links there, and its title, author and beginning, from the first h-entry or else from
 * `<title>` and `<meta>`. `url` is where the page was found, from which relative links lead.
 */
export const readSourcePage = (
  html: string,
  { url, target }: { url: string; target: string },
): SourcePage => {
  const wanted = withoutFragment(target)
  const elements = createOpenElements()
  const texts = createTexts()
  const meta = new Map<string, string>()
  let base: string | undefined
  let links = false
  let isEntryDone = false
  let titlesSeen = 0

  const look = (name: string, attributes: Attributes): void => {
    if (name === 'base') base ??= withoutFragment(attributes.get('href') ?? '', url)
    for (const attribute of addressAttributes[name] ?? []) {
      const address = attributes.get(attribute)
      if (!links && address !== undefined && withoutFragment(address, base ?? url) === wanted) links = true
    }
    if (name !== 'meta') return
    const key = attributes.get('property') ?? attributes.get('name')
    const content = attributes.get('content')
    if (key !== undefined && content !== undefined && !meta.has(key) && meta.size < limits.depthMax)
      meta.set(key.toLowerCase(), content)
  }

  readTags(html, {
    open(name, attributes) {
      look(name, attributes)
      if (isVoid(name)) return
      if (name === 'title') titlesSeen++
      const around = elements.innermost()
      const classes = tokensOf(attributes.get('class'))
      const inEntry = around.inEntry || (!isEntryDone && classes.includes('h-entry'))
      // A part within an author is the author's: the p-name of an h-card.
      const mayBePart = around.inEntry && !around.parts.includes('author')
      const part = mayBePart ? parts.find(([each]) => classes.includes(each))?.[1] : undefined
      elements.push({
        ...{ name, inEntry, isSilent: around.isSilent || silent.has(name) },
        parts: part === undefined || around.parts.includes(part) ? around.parts : [...around.parts, part],
      })
    },
    close(name) {
      const { inEntry } = elements.innermost()
      elements.pop(name)
      if (inEntry && !elements.innermost().inEntry) isEntryDone = true
    },
    text(chars) {
      const { name, isSilent, parts: within } = elements.innermost()
      if (name === 'title' && titlesSeen === 1) texts.add('title', chars)
      if (!isSilent) for (const part of within) texts.add(part, chars)
    },
  })

  const { titleCharsMax, excerptCharsMax } = limits
  const ofMeta = (key: string, charsMax: number) => shortened(meta.get(key) ?? '', charsMax)
  return {
    links,
    title:
      texts.of('name', titleCharsMax) ??
      texts.of('title', titleCharsMax) ??
      ofMeta('og:title', titleCharsMax),
    author: texts.of('author', titleCharsMax) ?? ofMeta('author', titleCharsMax),
    excerpt:
      texts.of('summary', excerptCharsMax) ??
      texts.of('content', excerptCharsMax) ??
      ofMeta('description', excerptCharsMax),
  }
}
