import { bounds } from '@logbook/contracts/bounds.ts'

const utf8BytesMax = 255
const extensionCharsMax = 20

/** Controls, what turns the direction of text, and other characters that show nothing. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu
/** What some file system takes for a separator or refuses. */
const unsafe = /[/\\:*?"<>|]/g

const fits = (name: string): boolean =>
  name.length <= bounds.mediaNameCharsMax && Buffer.byteLength(name) <= utf8BytesMax

const partsOf = (name: string): [stem: string, extension: string] => {
  const at = name.lastIndexOf('.')
  return at > 0 && name.length - at <= extensionCharsMax ? [name.slice(0, at), name.slice(at)] : [name, '']
}

/** Shortens the part before the extension, by whole characters as people see them, until both and `mark` fit. */
const shortened = (name: string, mark = ''): string => {
  const [stem, extension] = partsOf(name)
  if (fits(stem + mark + extension)) return stem.trimEnd() + mark + extension
  const characters = [...new Intl.Segmenter().segment(stem)].map(({ segment }) => segment)
  while (characters.length > 1 && !fits(characters.join('') + mark + extension)) characters.pop()
  return characters.join('').trimEnd() + mark + extension
}

/**
 * A name that every file system takes and that reads as what it is: the last part of a path, without what shows nothing, at most 255
 * bytes in UTF-8. An empty result becomes `file`.
 */
export const safeName = (given: string): string => {
  const last = given.normalize('NFC').toWellFormed().replaceAll(unseen, '').split(/[/\\]/).at(-1) ?? ''
  const cleaned = last
    .replaceAll(unsafe, '-')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  return cleaned === '' ? 'file' : shortened(cleaned)
}

/** The name that an address gives a file: the last part of its path, decoded. */
export const nameFromUrl = (url: string): string => {
  const { pathname, hostname } = new URL(url)
  const last = pathname.split('/').at(-1) ?? ''
  try {
    return safeName(decodeURIComponent(last) || hostname)
  } catch {
    return safeName(last)
  }
}

/** The name itself, or with the first number that makes it unique: `heron (2).jpg`. */
export const uniqueName = (name: string, isTaken: (name: string) => boolean): string => {
  if (!isTaken(name)) return name
  for (let number = 2; ; number++) {
    const candidate = shortened(name, ` (${number})`)
    if (!isTaken(candidate)) return candidate
  }
}
