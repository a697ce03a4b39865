import { limits } from './limits.ts'

const ideographs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu
const words = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu
const notRead = /<[a-zA-Z/!][^<>]*>|\]\([^()\s]*\)|https?:\/\/\S+/g

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** How long the text takes to read, in whole minutes, at least 1. Counts words in the source: no parsing. */
export const readingMinutesOf = (markdown: string): number => {
  const read = markdown.replace(notRead, ' ')
  const spaced = read.replace(ideographs, ' ')
  const minutes =
    countOf(spaced, words) / limits.wordsPerMinute + countOf(read, ideographs) / limits.ideographsPerMinute
  return Math.max(1, Math.round(minutes))
}
