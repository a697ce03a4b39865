import { limits } from '../limits.ts'

/** The beginning of a Markdown text as plain text, for lists and mails. */
export const excerptOf = (markdown: string): string => {
  // Four times the length is enough, since links and marks take little beside the words.
  const words = markdown
    .slice(0, limits.excerptCharsMax * 4)
    .replaceAll(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/^\s{0,3}(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replaceAll(/[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  if (words.length <= limits.excerptCharsMax) return words
  return `${words
    .slice(0, limits.excerptCharsMax)
    .replace(/\s\S*$/, '')
    .toWellFormed()}…`
}
