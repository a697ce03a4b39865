// What the parser's time grows with, in microseconds on the machine where an ordinary text costs one a character. Measured one by
// one and rounded up; `squared` is for each pair of them, `rescanned` for each character up to the end of what they stand in.
const costs = {
  char: 1,
  line: 22,
  blankLine: 6,
  block: 12,
  /** Marks of lists and quotes. */
  marker: 40,
  /** Lists and quotes that begin, in the whole text: the parser moves all that came before. */
  container: { each: 10, squared: 0.09 },
  /** Lines of `=` or `-` that may make the lines before them a heading, in the whole text. */
  underline: { each: 30, squared: 0.12 },
  definition: { each: 30, squared: 0.01 },
  cell: 12,
  tag: 12,
  /** `*`, `_`, `~` and brackets: each is compared with those before it in its block. */
  delimiter: { each: 14, squared: 0.009 },
  /** Words behind a bracket that is open: each may be an e-mail address, which looks back for the bracket. */
  word: { each: 0, squared: 0.012 },
  /** Punctuation in a row in a bare link, which may or may not end there. */
  trail: { each: 0, squared: 0.008 },
  link: 40,
  picture: { each: 40, squared: 1.3 },
  /** What may begin a link, comment or code that does not end: the rest is read for nothing. */
  rescanned: 0.12,
} as const

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0
const growing = ({ each, squared }: { each: number; squared: number }, count: number): number =>
  each * count + squared * count ** 2

const delimiter = /\*+|_+|~+|[[\]]/g
/** Of a run, no more count than can belong to two pairs. */
const delimitersOf = (block: string): number =>
  (block.match(delimiter) ?? []).reduce((sum, run) => sum + Math.min(run.length, 3), 0)

const link = /\]\(|<?(?:https?:\/\/|www\.)|@/gi
const picture = /!\[/g
const cell = /\|/g
const tag = /<[a-z/]/gi
const beginsWithoutEnd = /<[!?]|\\`|\]\((?![^\s()<]*\))/g
const autolink = /https?:\/\/|www\./gi
const trail = /[!"')*,.:;?_~\]]+/g
const backticks = /`+/g

/** Of bare links: what is read again for each that may begin in one word, and for each way in which it may end. */
const autolinksCostOf = (block: string): number =>
  block.split(/[\s<]+/).reduce((sum, word) => {
    const count = countOf(word, autolink)
    if (count === 0) return sum
    const trails = (word.match(trail) ?? []).reduce(
      (all, { length }) => all + growing(costs.trail, length),
      0,
    )
    return sum + costs.rescanned * count * word.length + trails
  }, 0)

const bracketOrWord = /[[\]]|[\p{L}\p{N}]+/gu

/** Of the words between a bracket and the one that closes it. */
const openWordsCostOf = (block: string): number => {
  if (!block.includes('[')) return 0
  let [depth, words, cost] = [0, 0, 0]
  for (const [found] of block.matchAll(bracketOrWord)) {
    if (found === '[') depth += 1
    else if (found === ']') depth = Math.max(0, depth - 1)
    else if (depth > 0) words += 1
    if (depth > 0) continue
    cost += growing(costs.word, words)
    words = 0
  }
  return cost + growing(costs.word, words)
}

/** Of the text between two blank lines, whose marks may belong together. */
const inlineCostOf = (block: string): number => {
  const lengths = new Set(block.match(backticks)?.map((run) => run.length))
  const rescanned = (countOf(block, beginsWithoutEnd) + lengths.size) * block.length
  return (
    growing(costs.delimiter, delimitersOf(block)) +
    openWordsCostOf(block) +
    autolinksCostOf(block) +
    growing(costs.picture, countOf(block, picture)) +
    costs.link * countOf(block, link) +
    costs.cell * countOf(block, cell) +
    costs.tag * countOf(block, tag) +
    costs.rescanned * rescanned
  )
}

const marker = /[ \t]*(>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))/y

/** The marks of lists and quotes that a line begins with, a list's with its column and without its number. */
const markersOf = (line: string): string[] => {
  const markers: string[] = []
  marker.lastIndex = 0
  for (let found = marker.exec(line); found; found = marker.exec(line)) {
    const [, mark = ''] = found
    markers.push(mark === '>' ? mark : `${marker.lastIndex - mark.length} ${mark.at(-1)}`)
  }
  return markers
}

/** How many lists and quotes a line with `markers` begins after one with `before`. */
const begunBy = (markers: readonly string[], before: readonly string[]): number => {
  let same = 0
  while (markers[same] === '>' && before[same] === '>') same += 1
  // The next item of a list; what stands in it is new.
  if (markers[same] !== undefined && markers[same] !== '>' && markers[same] === before[same]) same += 1
  return markers.length - same
}

const blank = /^[ \t]*$/
const underline = /^[ \t>]*(?:=+|-+)[ \t]*$/
const definition = /^[ \t>]*\[[^\]\n]*\]:/

/** What stands line by line, whatever the lines hold. */
const linesCostOf = (lines: readonly string[]): number => {
  let [markers, containers, underlines, definitions, blocks, blanks] = [0, 0, 0, 0, 0, 0]
  let before: readonly string[] = []
  let afterBlank = true
  for (const line of lines) {
    if (blank.test(line)) {
      afterBlank = true
      blanks += 1
      const quote = before.indexOf('>')
      if (quote !== -1) before = before.slice(0, quote)
      continue
    }
    const found = markersOf(line)
    if (found.length > 0 || (afterBlank && !/^[ \t]/.test(line))) {
      containers += begunBy(found, before)
      before = found
    }
    markers += found.length
    if (afterBlank) blocks += 1
    if (underline.test(line)) underlines += 1
    if (definition.test(line)) definitions += 1
    afterBlank = false
  }
  return (
    costs.line * (lines.length - blanks) +
    costs.blankLine * blanks +
    costs.block * blocks +
    costs.marker * markers +
    growing(costs.container, containers) +
    growing(costs.underline, underlines) +
    growing(costs.definition, definitions)
  )
}

/**
 * How long the parser may be expected to take at most, in units of which an ordinary text needs about one for each character. Reads
 * the text a fixed number of times. It is an estimate, so who must answer others in time needs a deadline as well.
 */
export const costOf = (markdown: string): number => {
  const lines = markdown.split(/\r\n?|\n/)
  const blocks = lines
    .map((line) => (blank.test(line) ? '' : line))
    .join('\n')
    .split(/\n\n+/)
  return (
    costs.char * markdown.length +
    linesCostOf(lines) +
    blocks.reduce((sum, block) => sum + inlineCostOf(block), 0)
  )
}
