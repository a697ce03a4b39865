import { parseSync } from 'oxc-parser'

/** Words that plain technical English does without. */
const oddWords = [
  'anew',
  'heed',
  'heeds',
  'hitherto',
  'lest',
  'nobody',
  'thence',
  'therein',
  'thereof',
  'thereupon',
  'whence',
  'whereof',
  'whoever',
  'whom',
  'whomever',
] as const

const oddWord = new RegExp(String.raw`(?<![\w-])(?:${oddWords.join('|')})(?![\w-])`, 'gi')

/** Code in a text keeps its words: the caller kind `nobody`, a fenced block, a quoted title of a test. */
const withoutCode = (text: string): string =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, ' ').replaceAll(/`[^`]*`|(?<!\w)'[\w-]+'/g, ' ')

const oddIn = (text: string): string[] =>
  [...withoutCode(text).matchAll(oddWord)].map(([word]) => word.toLowerCase())

/** A string that stands first in a call, before a function or options: the title of a test or of a group of tests. */
const title =
  /\(\s*(?:'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"),\s*(?:async\b|\(|\{|\w+ =>)/g

/** The odd words in the prose of a file: a page, or the comments and titles of tests in code. */
export const oddWordsIn = (path: string, text: string): string[] => {
  if (path.endsWith('.md')) return oddIn(text)
  const comments = parseSync(path, text).comments.map(({ value }) => value)
  const titles = /\.test\.tsx?$/.test(path)
    ? [...text.matchAll(title)].map(([, single, template, double]) => single ?? template ?? double ?? '')
    : []
  return [...comments, ...titles].flatMap(oddIn)
}
