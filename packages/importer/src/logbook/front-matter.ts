import { parse, stringify } from 'yaml'

const fence = '---\n'
const options = { schema: 'core', lineWidth: 0, blockQuote: false, maxAliasCount: 0 } as const

/** A file of YAML between two lines of dashes, and then the text, byte for byte. What is undefined is left out. */
export const withFrontMatter = (fields: object, text: string): string =>
  `${fence}${yamlOf(fields)}${fence}${text}`

/** YAML of one mapping, each text on one line. */
export const yamlOf = (fields: object): string => stringify(fields, options)

/** What `yamlOf` wrote. Nothing but text, numbers and truth is made of it: a date stays text. */
export const parseYaml = (text: string): unknown => parse(text, options)

/** The two parts of such a file. Throws an Error that says what is wrong. */
export const splitFrontMatter = (file: string): { fields: unknown; text: string } => {
  const end = file.indexOf(`\n${fence}`, fence.length - 1)
  if (!file.startsWith(fence) || end < 0) throw new Error('has no front matter between two lines of ---')
  return { fields: parseYaml(file.slice(fence.length, end + 1)), text: file.slice(end + 1 + fence.length) }
}
