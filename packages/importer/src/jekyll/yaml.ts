import { parseDocument } from 'yaml'
import { limits } from '../limits.ts'

/** A YAML mapping with text for keys; values are whatever they are and read with the functions below. */
export type YamlMap = Readonly<Record<string, unknown>>

/**
 * Indents the further lines of quoted texts at the outermost level. Ruby's parser, which wrote and read these files, takes
 * them unindented; YAML does not. White space at a line's start means nothing within quotes.
 */
const indentQuoted = (text: string): string => {
  let quote: string | undefined
  const closes = (line: string): boolean =>
    quote === '"' ? /^(?:[^"\\]|\\.)*"/.test(line) : /^(?:[^']|'')*'(?!')/.test(line)
  return text
    .split('\n')
    .map((line) => {
      if (quote !== undefined) {
        if (closes(line)) quote = undefined
        return `  ${line}`
      }
      const [opening, mark] = /^[\w-]+:[ \t]*(["'])/.exec(line) ?? []
      if (opening === undefined) return line
      quote = mark
      if (closes(line.slice(opening.length))) quote = undefined
      return line
    })
    .join('\n')
}

const parseLeniently = (text: string) => {
  const options = { uniqueKeys: false, logLevel: 'silent' } as const
  const document = parseDocument(text, options)
  if (document.errors.length === 0) return document
  const repaired = parseDocument(indentQuoted(text), options)
  return repaired.errors.length === 0 ? repaired : document
}

/** Whether a value is a mapping. */
export const isMap = (value: unknown): value is YamlMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * One YAML document, aliases resolved within a bound, of a repeated key the last value. Throws an Error that says what is
 * wrong; `line` is where the text begins in its file.
 */
export const parseYaml = ({ text, line }: { text: string; line: number }): unknown => {
  const document = parseLeniently(text)
  const [error] = document.errors
  if (error) {
    const at = line + (error.linePos?.[0].line ?? 1) - 1
    throw new Error(
      `has YAML that cannot be read in line ${at}: ${error.message.split('\n')[0]?.replace(/ at line .*$/, '')}`,
    )
  }
  return document.toJS({ maxAliasCount: limits.yamlAliasesMax })
}

/** One YAML document that is a mapping. Throws an Error that says what is wrong. */
export const parseYamlMap = (source: { text: string; line: number }): YamlMap => {
  const value = parseYaml(source)
  if (!isMap(value)) throw new Error('has YAML that is not a list of names and values')
  return value
}

const own = (map: YamlMap, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined)

/** A value as text: words, numbers and truths as written, all else empty. */
export const yamlText = (map: YamlMap, key: string): string => {
  const value = own(map, key)
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A list of texts; one text is a list of one, or of its words. */
export const yamlTexts = (map: YamlMap, key: string, { words }: { words: boolean }): string[] => {
  const value = own(map, key)
  if (Array.isArray(value))
    return value.filter((item) => typeof item === 'string' || typeof item === 'number').map(String)
  const text = yamlText(map, key).trim()
  if (text === '') return []
  return words ? text.split(/[\s,]+/).filter((word) => word !== '') : [text]
}

/** Whether a value says no, as any YAML has ever written it. */
export const saysNo = (map: YamlMap, key: string): boolean =>
  /^(?:false|no|off|n)$/i.test(yamlText(map, key).trim())

/** Whether a value says yes, likewise. */
export const saysYes = (map: YamlMap, key: string): boolean =>
  /^(?:true|yes|on|y)$/i.test(yamlText(map, key).trim())

export const yamlMap = (map: YamlMap, key: string): YamlMap | undefined => {
  const value = own(map, key)
  return isMap(value) ? value : undefined
}

/** Front matter and the text after it; undefined for a text without. Throws for front matter that never ends or is no YAML. */
export const splitFrontMatter = (source: string): { front: YamlMap; body: string } | undefined => {
  const text = source.replace(/\r\n?/g, '\n')
  if (!/^---[ \t]*\n/.test(text)) return undefined
  const start = text.indexOf('\n') + 1
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\n|$)/gm
  closing.lastIndex = start
  const end = closing.exec(text)
  if (!end) throw new Error('has front matter that never ends')
  const written = text.slice(start, end.index)
  const front = written.trim() === '' ? {} : parseYamlMap({ text: written, line: 2 })
  return { front, body: text.slice(end.index + end[0].length) }
}
