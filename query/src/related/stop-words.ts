import { stopwords as arabic } from '@orama/stopwords/arabic'
import { stopwords as armenian } from '@orama/stopwords/armenian'
import { stopwords as bulgarian } from '@orama/stopwords/bulgarian'
import { stopwords as danish } from '@orama/stopwords/danish'
import { stopwords as dutch } from '@orama/stopwords/dutch'
import { stopwords as english } from '@orama/stopwords/english'
import { stopwords as finnish } from '@orama/stopwords/finnish'
import { stopwords as french } from '@orama/stopwords/french'
import { stopwords as german } from '@orama/stopwords/german'
import { stopwords as greek } from '@orama/stopwords/greek'
import { stopwords as hungarian } from '@orama/stopwords/hungarian'
import { stopwords as indian } from '@orama/stopwords/indian'
import { stopwords as indonesian } from '@orama/stopwords/indonesian'
import { stopwords as irish } from '@orama/stopwords/irish'
import { stopwords as italian } from '@orama/stopwords/italian'
import { stopwords as japanese } from '@orama/stopwords/japanese'
import { stopwords as lithuanian } from '@orama/stopwords/lithuanian'
import { stopwords as mandarin } from '@orama/stopwords/mandarin'
import { stopwords as nepali } from '@orama/stopwords/nepali'
import { stopwords as norwegian } from '@orama/stopwords/norwegian'
import { stopwords as portuguese } from '@orama/stopwords/portuguese'
import { stopwords as romanian } from '@orama/stopwords/romanian'
import { stopwords as russian } from '@orama/stopwords/russian'
import { stopwords as serbian } from '@orama/stopwords/serbian'
import { stopwords as spanish } from '@orama/stopwords/spanish'
import { stopwords as swedish } from '@orama/stopwords/swedish'
import { stopwords as tamil } from '@orama/stopwords/tamil'
import { stopwords as turkish } from '@orama/stopwords/turkish'
import { stopwords as ukrainian } from '@orama/stopwords/ukrainian'

/** By language. The library's Slovenian list is left out: it is a copy of the Russian one. */
const lists: Readonly<Record<string, readonly string[]>> = {
  ar: arabic,
  bg: bulgarian,
  da: danish,
  de: german,
  el: greek,
  en: english,
  es: spanish,
  fi: finnish,
  fr: french,
  ga: irish,
  hi: indian,
  hu: hungarian,
  hy: armenian,
  id: indonesian,
  it: italian,
  ja: japanese,
  lt: lithuanian,
  nb: norwegian,
  ne: nepali,
  nl: dutch,
  nn: norwegian,
  no: norwegian,
  pt: portuguese,
  ro: romanian,
  ru: russian,
  sr: serbian,
  sv: swedish,
  ta: tamil,
  tr: turkish,
  uk: ukrainian,
  zh: mandarin,
}

const parts = /[\p{L}\p{N}\p{M}]+/gu

const folded = (word: string): string => word.normalize('NFC').toLowerCase()

/** The words of a list, and the parts of those with an apostrophe, since texts are split at it. */
const setOf = (words: readonly string[]): ReadonlySet<string> =>
  new Set(words.flatMap((word) => [word, ...(word.match(parts) ?? [])]).map(folded))

const sets = new Map<string, ReadonlySet<string>>()

/** True for a pronoun, a preposition and the like in this language, as BCP 47 writes it; false for any word where the language has no list. */
export const isStopWord = (word: string, language: string): boolean => {
  const [primary = ''] = language.toLowerCase().split('-')
  if (!Object.hasOwn(lists, primary)) return false
  const known = sets.get(primary) ?? setOf(lists[primary] ?? [])
  sets.set(primary, known)
  return known.has(folded(word))
}
