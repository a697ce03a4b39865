import { fileAddress, plainVariant, shownAddress } from '@logbook/contracts/http/medium-addresses.ts'
import type { Medium } from './api.ts'
import { bytesInWords } from './words.ts'

/** The address of a small picture of a medium; undefined for what has none. */
export const thumbnailOf = (medium: Medium): string | undefined => {
  const variant = plainVariant(medium, 320) ?? medium.variants.find(({ name }) => name === 'poster.jpg')
  return variant && `/api/media/${medium.id}/${variant.name}`
}

const escaped = (text: string): string => text.replaceAll(/[\\[\]`*_<>]/g, '\\$&')

/** A link to a file, whose address says what plays it; other files with their size, which is what a reader decides by. */
const linkOf = (medium: Medium): string => {
  const { name, type, bytes } = medium
  const isPlayed = /^(?:audio|video)\//.test(type ?? '')
  const kind = type === 'application/pdf' ? ['PDF'] : []
  const facts = isPlayed ? [] : [...kind, ...(bytes === null ? [] : [bytesInWords(bytes)])]
  return `[${escaped(facts.length > 0 ? `${name} (${facts.join(', ')})` : name)}](${fileAddress(medium)})`
}

/** What shows a medium in a post: a picture with its size behind `#`; a link to another file, which is played where it is a recording. */
export const markdownOf = (medium: Medium, alt = medium.alt): string => {
  const shown = shownAddress(medium)
  return shown === undefined ? linkOf(medium) : `![${escaped(alt)}](${shown})`
}

/** What is typed in place of a selection so that `put` is a paragraph of its own, and where the caret is then: what is typed next is another one. */
export const asParagraph = (
  text: string,
  put: string,
  from: number,
  to: number,
): { typed: string; caret: number } => {
  const [before, after] = [text.slice(0, from), text.slice(to)]
  const start = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n'
  const end = after.startsWith('\n\n') ? '' : after.startsWith('\n') ? '\n' : '\n\n'
  const typed = start + put + end
  return { typed, caret: from + typed.length + (2 - end.length) }
}
