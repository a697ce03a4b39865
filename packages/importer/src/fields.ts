import { bounds } from '@logbook/contracts/bounds.ts'
import { formerAddress, pictureAddress } from '@logbook/contracts/events/posts.ts'
import { formerPath } from '@logbook/contracts/http/address.ts'
import { webAddress } from '@logbook/contracts/text.ts'
import { parseAnyDate } from './dates.ts'
import type { Remark } from './remark.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** Text without what no service takes: control characters, lone surrogates, and line ends other than line feeds. */
export const cleanText = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(controls, '').toWellFormed()

export const oneLine = (text: string): string => cleanText(text).replace(/\s+/g, ' ').trim()

/** At most so many UTF-16 code units, cut between words where that costs little, never within a character. */
export const shorten = (text: string, charsMax: number): string => {
  if (text.length <= charsMax) return text
  const cut = text
    .slice(0, charsMax - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()
  const space = cut.lastIndexOf(' ')
  return `${space > charsMax * 0.8 ? cut.slice(0, space) : cut}…`
}

const decodePercent = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A slug as Logbook takes it: decoded, lower case, words joined by single dashes. Undefined where nothing is left of it. */
export const toSlug = (raw: string): string | undefined => {
  const words = decodePercent(raw)
    .toWellFormed()
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+/gu, '-')
  const slug = words
    .replace(/^-+/, '')
    .slice(0, bounds.slugCharsMax)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/-+$/, '')
  return slug === '' ? undefined : slug
}

/** Tags and categories as one list: each name once whatever its case, the first spelling wins. */
export const toTags = (names: readonly string[], remark: Remark): string[] => {
  const seen = new Map<string, string>()
  for (const name of names) {
    const whole = oneLine(name)
    if (whole === '') continue
    const tag = shorten(whole, bounds.tagCharsMax)
    if (tag !== whole) remark(`a tag longer than ${bounds.tagCharsMax} characters was shortened`)
    const key = tag.normalize('NFC').toLowerCase()
    if (!seen.has(key)) seen.set(key, tag)
  }
  const tags = [...seen.values()]
  if (tags.length > bounds.tagsMax) remark(`only the first ${bounds.tagsMax} of its tags came along`)
  return tags.slice(0, bounds.tagsMax)
}

/** A title is never refused: an empty one becomes "Untitled", a long one is cut. */
export const toTitle = (raw: string, remark: Remark): string => {
  const title = oneLine(raw)
  if (title === '') {
    remark('had no title and is called "Untitled"')
    return 'Untitled'
  }
  if (title.length > bounds.titleCharsMax)
    remark(`a title longer than ${bounds.titleCharsMax} characters was cut`)
  return shorten(title, bounds.titleCharsMax)
}

export const toExcerpt = (raw: string, remark: Remark): string | null => {
  const excerpt = cleanText(raw).trim()
  if (excerpt === '') return null
  if (excerpt.length > bounds.excerptCharsMax)
    remark(`an excerpt longer than ${bounds.excerptCharsMax} characters was cut`)
  return shorten(excerpt, bounds.excerptCharsMax)
}

export const toAuthorName = (raw: string, remark: Remark): string | null => {
  const name = oneLine(raw)
  if (name === '') return null
  if (name.length > bounds.nameCharsMax)
    remark(`a name longer than ${bounds.nameCharsMax} characters was cut`)
  return shorten(name, bounds.nameCharsMax)
}

/** A picture's address; one that no page could show is left out. */
export const toCover = (address: string, remark: Remark): string | null => {
  const checked = pictureAddress.safeParse(address)
  if (!checked.success) remark('had a cover picture whose address no page can show; it was left out')
  return checked.success ? checked.data : null
}

/** The paths at which a text stood, each once, that can be kept with it. */
export const toFormerAddresses = (paths: readonly string[]): string[] =>
  [...new Map(paths.map((path) => [formerPath(path), path])).values()]
    .filter((path) => formerAddress.safeParse(path).success && formerPath(path) !== '/')
    .slice(0, bounds.formerAddressesMax)

/** When a text was last changed, as it says itself. Before it was published, there was nothing to read that could change. */
export const toUpdatedAt = (
  raw: string,
  { since, now }: { since: Date; now: Date },
  remark: Remark,
): string | undefined => {
  const written = oneLine(raw)
  if (written === '') return undefined
  const date = parseAnyDate(written)
  if (date === undefined || date > now) {
    const why = date === undefined ? 'which cannot be read' : 'which is yet to come'
    remark(`was last changed at "${shorten(written, 60)}", ${why}; that was left out`)
    return undefined
  }
  return date > since ? date.toISOString() : undefined
}

/** A comment's text is cut rather than refused. */
export const toCommentText = (raw: string, remark: Remark): string => {
  const text = cleanText(raw).trim()
  if (text.length > bounds.commentCharsMax)
    remark(`a comment longer than ${bounds.commentCharsMax} characters was cut`)
  return shorten(text, bounds.commentCharsMax)
}

/** Who wrote a comment. Addresses that a browser could not safely follow are left out; without a name there is no author. */
export const toCommentAuthor = (
  { name, url }: { name: string; url: string },
  remark: Remark,
): { name: string; url: string | null } | null => {
  const named = toAuthorName(name, remark)
  if (named === null) return null
  const address = url.trim()
  if (address === '') return { name: named, url: null }
  const checked = webAddress.safeParse(address)
  if (!checked.success) remark("a commenter's address was not a web address and was left out")
  return { name: named, url: checked.success ? checked.data : null }
}
