import type { Element, ElementContent, Root, RootContent, Text } from './html-tree.ts'

type Parent = Root | Element

const element = (
  tagName: string,
  children: ElementContent[],
  properties: Element['properties'] = {},
): Element => ({
  type: 'element',
  tagName,
  properties,
  children,
})
const text = (value: string): Text => ({ type: 'text', value })

/** A property as text, whether parsed as a word, a list or a number. */
const property = (node: Element, name: string): string => {
  const value = node.properties[name]
  return Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : ''
}
const hasClass = (node: Element, name: string): boolean =>
  property(node, 'className').split(/\s+/).includes(name)

const webUrl = /https?:\/\/[^\s<>"]+/g
const openers: Readonly<Record<string, string>> = { ')': '(', ']': '[' }
const countOf = (url: string, char: string): number => url.split(char).length - 1

/** An address without the marks that end the sentence around it. A bracket at its end belongs to it where it was opened within. */
const trimmedUrl = (url: string): string => {
  const surplus = new Map(
    Object.entries(openers).map(([closer, opener]) => [closer, countOf(url, closer) - countOf(url, opener)]),
  )
  let end = url.length
  for (; end > 0; end--) {
    const last = url.charAt(end - 1)
    const extra = surplus.get(last)
    if (extra === undefined ? !/['".,:;!?]/.test(last) : extra <= 0) break
    if (extra !== undefined) surplus.set(last, extra - 1)
  }
  return url.slice(0, end)
}

/** Addresses in running text become links, as WordPress makes them. */
const linkAddresses = ({ value }: Text): ElementContent[] => {
  const parts: ElementContent[] = []
  let from = 0
  for (const match of value.matchAll(webUrl)) {
    const url = trimmedUrl(match[0])
    parts.push(text(value.slice(from, match.index)), element('a', [text(url)], { href: url }))
    from = match.index + url.length
  }
  parts.push(text(value.slice(from)))
  return parts.filter((part) => part.type !== 'text' || part.value !== '')
}

const verseLines = (children: ElementContent[]): ElementContent[] =>
  children.flatMap((child) =>
    child.type === 'text'
      ? child.value
          .split('\n')
          .flatMap((line, index): ElementContent[] =>
            index === 0 ? [text(line)] : [element('br', []), text(line)],
          )
      : [child],
  )

/** A sound or film as a link of its file's name; undefined where its address is not said. */
const mediaLink = (node: Element): ElementContent[] | undefined => {
  const sources = [node, ...node.children].flatMap((part) =>
    part.type === 'element' ? [property(part, 'src')] : [],
  )
  const source = sources.find((address) => address !== '')
  if (source === undefined) return undefined
  const name = source.replace(/[?#].*$/, '').replace(/^.*\//, '')
  return [element('p', [element('a', [text(property(node, 'title') || name || source)], { href: source })])]
}

const struck = new Set(['del', 's', 'strike'])
const blocksOfText = new Set(['p', 'div', 'section', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])

/** What an element says, where Markdown or its converter has no word for it. Undefined leaves it as it is. */
const replace = (node: Element): ElementContent[] | undefined => {
  const source = property(node, 'src')
  // An empty block between two words still parts them.
  if (blocksOfText.has(node.tagName) && node.children.length === 0) return [text(' ')]
  if (node.tagName === 'a' && property(node, 'href') === '') return node.children
  if (node.tagName === 'iframe' || node.tagName === 'embed')
    return source === ''
      ? []
      : [element('p', [element('a', [text(property(node, 'title') || source)], { href: source })])]
  if (node.tagName === 'audio' || node.tagName === 'video') return mediaLink(node)
  if (node.tagName === 'table') {
    const isCaption = (child: ElementContent) => child.type === 'element' && child.tagName === 'caption'
    const captions = node.children.filter(isCaption)
    if (captions.length === 0) return undefined
    const said = captions.flatMap((caption) => (caption.type === 'element' ? caption.children : []))
    const rest = node.children.filter((child) => !isCaption(child))
    return [element('p', said), { ...node, children: rest }]
  }
  if (node.tagName === 'pre' && hasClass(node, 'wp-block-verse'))
    return [element('p', verseLines(node.children))]
  if (['dialog', 'menu', 'noembed', 'noframes', 'math'].includes(node.tagName))
    return [element('div', node.children)]
  const background = hasClass(node, 'wp-block-cover')
    ? /background-image:\s*url\(['"]?([^'")]+)/i.exec(property(node, 'style'))?.[1]
    : undefined
  if (background !== undefined)
    return [
      element('div', [element('p', [element('img', [], { src: background, alt: '' })]), ...node.children]),
    ]
  return undefined
}

const sources: ReadonlySet<string> = new Set(['audio', 'embed', 'iframe', 'img', 'source', 'video'])

const settle = (node: Element, rewriteLink: (address: string) => string): void => {
  if (node.tagName === 'a') node.properties.href = rewriteLink(property(node, 'href'))
  if (node.tagName === 'img') {
    const source = property(node, 'src')
    const lazy = property(node, 'dataSrc') || property(node, 'dataOrigFile')
    if (lazy !== '' && (source === '' || source.startsWith('data:'))) node.properties.src = lazy
  }
  if (sources.has(node.tagName) && property(node, 'src') !== '')
    node.properties.src = rewriteLink(property(node, 'src'))
}

/**
 * Prepares parsed HTML for Markdown, in place: nothing readable is left where the converter would drop it, bare addresses
 * become links, `rewriteLink` says where links and pictures lead. Iterative, whatever the depth.
 */
export const tidyHtml = (root: Root, rewriteLink: (address: string) => string): void => {
  const waiting: { parent: Parent; verbatim: boolean; linked: boolean; deleted: boolean }[] = [
    { parent: root, verbatim: false, linked: false, deleted: false },
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { parent, verbatim, linked, deleted } = next
    const tidy = (child: RootContent): ElementContent[] => {
      if (child.type === 'text') return verbatim || linked ? [child] : linkAddresses(child)
      if (child.type !== 'element') return []
      if (verbatim) return [child]
      // Two strokes would be four tildes, which begin a fence; so would three be six.
      if (deleted && struck.has(child.tagName)) return child.children.flatMap(tidy)
      return replace(child) ?? [child]
    }
    const children = (parent.children as RootContent[]).flatMap(tidy)
    parent.children = children
    for (const child of children) {
      if (child.type !== 'element') continue
      settle(child, rewriteLink)
      waiting.push({
        parent: child,
        verbatim: verbatim || ['pre', 'code', 'textarea', 'listing', 'xmp'].includes(child.tagName),
        linked: linked || child.tagName === 'a',
        deleted: deleted || struck.has(child.tagName),
      })
    }
  }
}

/** Elements within elements, counted without recursion. */
export const depthOf = (root: Root): number => {
  let deepest = 0
  const waiting: { node: Parent; depth: number }[] = [{ node: root, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    deepest = Math.max(deepest, next.depth)
    for (const child of next.node.children)
      if (child.type === 'element') waiting.push({ node: child, depth: next.depth + 1 })
  }
  return deepest
}

/** Elements whose text runs on with the text around them. */
export const inlineElements: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)
const unreadable = new Set(['script', 'style', 'template'])

/** All readable text in order, as one paragraph between any two blocks: what is left when markup goes too deep. */
export const paragraphsOf = (root: Root): string[] => {
  const paragraphs: string[] = ['']
  const waiting: (RootContent | 'break')[] = [...root.children].reverse()
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node === 'break') paragraphs.push('')
    else if (node.type === 'text') paragraphs.push(paragraphs.pop() + node.value)
    else if (node.type === 'element' && !unreadable.has(node.tagName)) {
      const children = [...node.children].reverse()
      if (inlineElements.has(node.tagName)) waiting.push(...children)
      else waiting.push('break', ...children, 'break')
    }
  }
  return paragraphs.map((paragraph) => paragraph.trim()).filter((paragraph) => paragraph !== '')
}
