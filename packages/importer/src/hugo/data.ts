import { parse as parseToml } from 'smol-toml'
import { isMap, parseYaml, parseYamlMap, type YamlMap } from '../jekyll/yaml.ts'
import { limits } from '../limits.ts'

/** Data with all names in lower case, since Hugo minds no case in them, and dates as they are written. */
const plain = (value: unknown, depth = 0): unknown => {
  if (depth > limits.dataDepthMax) throw new Error(`has data nested deeper than ${limits.dataDepthMax}`)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (Array.isArray(value)) return value.map((each) => plain(each, depth + 1))
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name.toLowerCase(), plain(each, depth + 1)]),
  )
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

const parsedMap = (format: string, parse: () => unknown): YamlMap => {
  let value: unknown
  try {
    value = parse()
  } catch (error) {
    throw new Error(`has ${format} that cannot be read: ${firstLine(error)}`)
  }
  const map = plain(value)
  if (!isMap(map)) throw new Error(`has ${format} that is not a list of names and values`)
  return map
}

/** A file of data by its ending: TOML, JSON, or else YAML. Throws an Error that says what is wrong. */
export const parseData = (path: string, text: string): unknown => {
  if (/\.toml$/i.test(path)) return parsedMap('TOML', () => parseToml(text))
  if (/\.json$/i.test(path)) return plain(JSON.parse(text))
  return plain(parseYaml({ text, line: 1 }))
}

/** Where a JSON value that begins a text ends; undefined where it never does. */
const endOfJson = (text: string): number | undefined => {
  let depth = 0
  for (const { 0: mark, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (mark === '{') depth += 1
    else if (mark === '}') depth -= 1
    if (depth === 0) return index + 1
  }
  return undefined
}

const fenced = (text: string, mark: string): { written: string; body: string } => {
  const closing = new RegExp(`^${mark}[ \\t]*(?:\\n|$)`, 'gm')
  closing.lastIndex = text.indexOf('\n') + 1
  const end = closing.exec(text)
  if (!end) throw new Error('has front matter that never ends')
  return {
    written: text.slice(text.indexOf('\n') + 1, end.index),
    body: text.slice(end.index + end[0].length),
  }
}

/** Front matter in TOML (`+++`), YAML (`---`) or JSON (`{`), and the text after it. Throws an Error that says what is wrong. */
export const splitAnyFrontMatter = (source: string): { front: YamlMap; body: string } => {
  const text = source.replace(/\r\n?/g, '\n')
  if (/^\+\+\+[ \t]*\n/.test(text)) {
    const { written, body } = fenced(text, '\\+\\+\\+')
    return { front: parsedMap('TOML', () => parseToml(written)), body }
  }
  if (/^---[ \t]*\n/.test(text)) {
    const { written, body } = fenced(text, '---')
    const front = written.trim() === '' ? {} : plain(parseYamlMap({ text: written, line: 2 }))
    return { front: isMap(front) ? front : {}, body }
  }
  if (!/^\{\s*["}]/.test(text)) return { front: {}, body: text }
  const end = endOfJson(text)
  if (end === undefined) throw new Error('has front matter that never ends')
  return {
    front: parsedMap('JSON', () => JSON.parse(text.slice(0, end))),
    body: text.slice(end).replace(/^[ \t]*\n/, ''),
  }
}
