import { codeRegions, touchesCode } from './code-regions.ts'
import { type Line, withOneMark } from './kramdown-lists.ts'

const linesOf = (text: string): Line[] => {
  const regions = codeRegions(text).filter(
    ({ start, end }) => text.slice(start, end).includes('\n') || text[start - 1] === '\n',
  )
  let at = 0
  return text.split('\n').map((line) => {
    const start = at
    at += line.length + 1
    return { text: line, isCode: touchesCode(regions, { start, end: start + line.length + 1 }) }
  })
}

const isRow = (line: Line | undefined): boolean =>
  line !== undefined && !line.isCode && /^ {0,3}\|/.test(line.text)
const isRule = (text: string): boolean =>
  /^ {0,3}\|?[ \t]*:?[-=]+:?[ \t]*(?:[|+][ \t]*:?[-=]+:?[ \t]*)*\|?[ \t]*$/.test(text)

const cellsOf = (row: string): number =>
  row
    .replace(/`[^`]*`|\\\|/g, '')
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|').length

/** Rows as GFM has a table: one head, one rule below it. Kramdown's may have no head, and rules between their bodies. */
const table = (rows: readonly string[]): string[] => {
  const ruled = rows.findIndex(isRule)
  const body = rows.filter((row) => !isRule(row))
  const [first] = body
  // A lone row is as likely a line with a stroke before it.
  if (first === undefined || rows.length === 1) return [...rows]
  const rule = rows[ruled]
  const columns = cellsOf(first)
  const plain = `|${' --- |'.repeat(columns)}`
  const aligned = rule === undefined || /=/.test(rule) ? plain : rule.replaceAll('+', '|')
  return ruled === 1
    ? [first, aligned, ...body.slice(1)]
    : [`|${'  |'.repeat(columns)}`, ruled === 0 ? aligned : plain, ...body]
}

const isDefinition = (line: Line | undefined): boolean =>
  line !== undefined && !line.isCode && /^ {0,3}:[ \t]+\S/.test(line.text)
const isBlank = (line: Line | undefined): boolean => line === undefined || line.text.trim() === ''
const isTerm = (line: Line | undefined): boolean =>
  line !== undefined &&
  !line.isCode &&
  !isBlank(line) &&
  !/^ {0,3}(?:[-*+>#|:<]|\d+[.)]|={2,}|-{2,}|`{3})/.test(line.text)

const plainWords = /^[^*_`[\]<>\\&]*$/
const term = (text: string): string => {
  const plain = text.trim()
  return plainWords.test(plain) ? `<dt>${plain}</dt>` : `<dt>\n\n${plain}\n\n</dt>`
}

/** What stands behind the colon, and the lines that go on with it. */
const definition = (lines: readonly Line[], from: number): { text: string; next: number } => {
  const said = [(lines[from]?.text ?? '').replace(/^ {0,3}:[ \t]+/, '')]
  let next = from + 1
  for (; next < lines.length; next += 1) {
    const line = lines[next]
    if (isDefinition(line)) break
    if (isBlank(line) && !/^(?: {2,}|\t)\S/.test(lines[next + 1]?.text ?? '')) break
    said.push((line?.text ?? '').replace(/^(?:\t| {1,4})/, ''))
  }
  return { text: said.join('\n').trim(), next }
}

/** `Term` and `: What it means` as the elements of a definition list. */
const definitions = (
  terms: readonly string[],
  lines: readonly Line[],
  from: number,
): { html: string[]; next: number } => {
  const html = ['<dl>', ...terms.map(term)]
  let at = from
  while (isDefinition(lines[at])) {
    const { text, next } = definition(lines, at)
    html.push(`<dd>\n\n${text}\n\n</dd>`)
    at = isBlank(lines[next]) && isDefinition(lines[next + 1]) ? next + 1 : next
  }
  return { html: [...html, '</dl>', ''], next: at }
}

/** The paragraph at the end of what is written, which may turn out to be terms. */
const termsBefore = (done: readonly Line[]): number => {
  let from = done.length
  while (isTerm(done[from - 1])) from -= 1
  return from
}

/**
 * Kramdown's blocks as CommonMark has them, line by line: tables without a head or with more rules, definition lists,
 * `> [!NOTE]`, lists whose marks change. Code stays as it is.
 */
export const kramdownLines = (text: string): string => {
  const marks = new Set(text.match(/^[ \t]*[-*+](?=[ \t]+\S)/gm)?.map((each) => each.trim()))
  if (marks.size < 2 && !/^ {0,3}(?:\||:[ \t]|>[ \t]*\[!)/m.test(text)) return text
  const lines = withOneMark(linesOf(text))
  const done: Line[] = []
  const write = (texts: readonly string[]) => {
    for (const each of texts) done.push({ text: each, isCode: true })
  }
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]
    if (line === undefined) break
    const terms = isDefinition(line)
      ? termsBefore(isBlank(done.at(-1)) ? done.slice(0, -1) : done)
      : done.length
    const before = isBlank(done.at(-1)) ? done.length - 1 : done.length
    if (isDefinition(line) && terms < before) {
      const named = done.splice(terms).filter((each) => !isBlank(each))
      const { html, next } = definitions(
        named.map((each) => each.text),
        lines,
        at,
      )
      write(html)
      at = next
    } else if (isRow(line) && !isTerm(done.at(-1))) {
      let end = at
      while (isRow(lines[end]) || (end > at && isRule(lines[end]?.text ?? '') && !isBlank(lines[end])))
        end += 1
      write(table(lines.slice(at, end).map((each) => each.text)))
      at = end
    } else {
      const alert = line.isCode ? null : /^( {0,3}>[ \t]*)\[!(\w{2,20})\][ \t]*$/.exec(line.text)
      const name = alert?.[2] ?? ''
      if (alert === null) done.push(line)
      else
        write([
          `${alert[1]}**${name.charAt(0).toUpperCase()}${name.slice(1).toLowerCase()}**`,
          `${alert[1]?.trimEnd()}`,
        ])
      at += 1
    }
  }
  return done.map((each) => each.text).join('\n')
}
