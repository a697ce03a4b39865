import { limits } from '../limits.ts'
import { withBounds } from './word-bounds.ts'

/** The tokenizer of FTS5. */
export const tokenizer = 'porter unicode61 remove_diacritics 2'

const wordChar = /[\p{L}\p{N}\p{Co}]/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: SQLite ends a string at NUL, and the others are no words
const controls = /[\u0000-\u001f\u007f]/g
const term = /"([^"]*)"?|([^\s"]+)/g

/** A string literal in FTS5's syntax: its content is matched as text. */
const quoted = (text: string): string => `"${withBounds(text).replaceAll('"', '""')}"`

const wordOf = (text: string, isLast: boolean): string => {
  const stem = text.replace(/\*+$/, '')
  const word = quoted(stem)
  if (stem.length < limits.prefixCharsMin) return word
  if (stem !== text) return `${word}*`
  // The last word may be unfinished: its prefix matches too, and the whole word counts twice, so that it ranks first.
  return isLast ? `(${word} OR ${word}*)` : word
}

/** A parsed search. */
export interface Wanted {
  /** An FTS5 expression of all words and phrases, and one of any of them. */
  match: string
  any: string
  /** The number of words and phrases, and their total length. */
  terms: number
  chars: number
}

/**
 * Parses a search text: every word and every "phrase in quotes" must match, `hero*` is a prefix, and the last word may be unfinished.
 * Undefined if there are no words. Accepts any string.
 */
export const wantedOf = (typed: string): Wanted | undefined => {
  const text = typed.toWellFormed().replaceAll(controls, ' ')
  const found = [...text.matchAll(term)]
    .map(([whole, phrase, word]) => ({ whole, phrase, word: word ?? '' }))
    .filter(({ phrase, word }) => wordChar.test(phrase ?? word))
    .slice(0, limits.searchTermsMax)
  const isTyping = wordChar.test(text.at(-1) ?? '')
  const terms = found.map(({ phrase, word }, index) =>
    phrase === undefined ? wordOf(word, isTyping && index === found.length - 1) : quoted(phrase),
  )
  if (terms.length === 0) return undefined
  const chars = found.reduce((sum, { phrase, word }) => sum + (phrase ?? word).length, 0)
  return { match: terms.join(' AND '), any: terms.join(' OR '), terms: terms.length, chars }
}

/** The expression for addresses similar to an unknown one: any word with the same first letters. */
export const nearMatchOf = (slug: string): string | undefined => {
  const words = slug.toWellFormed().match(/[\p{L}\p{N}]+/gu) ?? []
  const begun = [...new Set(words)]
    .slice(0, limits.searchTermsMax)
    .map((word) => `${quoted([...word].slice(0, limits.nearPrefixChars).join(''))}*`)
  return begun.length === 0 ? undefined : `{title tags} : (${begun.join(' OR ')})`
}
