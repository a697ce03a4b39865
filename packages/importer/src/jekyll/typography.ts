import { type Node, parsed } from '../markdown/parsed.ts'

const maybe = /["']|--|\.\.\.|\*\*/
/** What is changed in running text; what is escaped comes first, and stays. */
const mark = /\\[\s\S]|&#?\w+;|\*\*(?=\S)((?:[^*\n\\]|\\.)*\S)\*\*|---|--|\.\.\.|["']/g
const opensAfter = /^[\s([{<>«“‘–—/*_~-]?$/
const space = /^\s?$/

interface Around {
  before: string
  after: string
  /** What stands behind the mark: `90s` of `'90s`. */
  rest: string
}

const quote = (written: string, { before, after, rest }: Around): string => {
  const isOpening = opensAfter.test(before) && !space.test(after)
  if (written === '"') return isOpening ? '“' : '”'
  return isOpening && !/^\d\ds?\b/.test(rest) ? '‘' : '’'
}

const typeset = (markdown: string, { start, end }: { start: number; end: number }): string => {
  const source = markdown.slice(start, end)
  return source.replace(mark, (written: string, strong: string | undefined, at: number) => {
    if (written.startsWith('\\') || written.startsWith('&')) return written
    // Kramdown sees an emphasis that CommonMark does not, where a letter follows its punctuation.
    if (strong !== undefined) return `<strong>${strong}</strong>`
    if (written === '---') return '—'
    if (written === '--') return '–'
    if (written === '...') return '…'
    const place = start + at
    const rest = markdown.slice(place + written.length, place + written.length + 4)
    return quote(written, { before: markdown.slice(place - 1, place), after: rest.slice(0, 1), rest })
  })
}

/** An address that stands for itself is no running text. */
const isBare = (node: Node, markdown: string): boolean =>
  node.type === 'link' && markdown[node.position?.start.offset ?? 0] !== '['

/**
 * Running text as kramdown sets it: dashes, ellipses, typographic quotes, and emphasis that ends at punctuation with a letter
 * behind it. Code, HTML and addresses stay as they are.
 */
export const typesetText = (markdown: string): string => {
  if (!maybe.test(markdown)) return markdown
  const places: { start: number; end: number }[] = []
  const waiting: Node[] = [parsed(markdown)]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const start = node.position?.start.offset
    const end = node.position?.end.offset
    if (node.type === 'text' && start !== undefined && end !== undefined) places.push({ start, end })
    if ('children' in node && !isBare(node, markdown)) waiting.push(...node.children)
  }
  places.sort((one, other) => one.start - other.start)
  let done = ''
  let from = 0
  for (const { start, end } of places) {
    if (start < from) continue
    done += markdown.slice(from, start) + typeset(markdown, { start, end })
    from = end
  }
  return done + markdown.slice(from)
}
