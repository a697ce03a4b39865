import { bounds } from '@logbook/contracts/bounds.ts'
import { envelopeBounds } from '@logbook/contracts/envelope.ts'
import { slugSubject } from '@logbook/contracts/events/posts.ts'
import slugify from '@sindresorhus/slugify'

const fallback = 'post'

const lettersBeyondLatin = /[^\P{L}\p{Script=Latin}\p{Script=Common}]/u
const notOfASlug = /[^\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+/gu

/** A slug is part of a stream name, percent-encoded, where each letter beyond ASCII takes several characters. */
const fits = (slug: string): boolean =>
  slug.length <= bounds.slugCharsMax && slugSubject(slug).length <= envelopeBounds.subjectCharsMax

/** The longest prefix that fits together with `suffix`. Cut at a word, unless that loses more than half. */
const cut = (slug: string, suffix = ''): string => {
  if (fits(slug + suffix)) return slug
  const characters = [...slug].slice(0, bounds.slugCharsMax)
  let end = characters.length
  while (!fits(characters.slice(0, end).join('') + suffix)) end--
  const beginning = characters.slice(0, end).join('')
  const lastDash = characters[end] === '-' ? beginning.length : beginning.lastIndexOf('-')
  return (lastDash > beginning.length / 2 ? beginning.slice(0, lastDash) : beginning).replace(/-+$/, '')
}

/**
 * The slug of a title. Latin letters become ASCII (`Déjà vu` → `deja-vu`); other scripts keep their letters, because their readers
 * rarely use transliterations. Never empty.
 */
export const slugOf = (title: string): string => {
  const plain = title.normalize('NFKC')
  const words = lettersBeyondLatin.test(plain)
    ? plain.toLowerCase().replace(notOfASlug, '-').replace(/^-|-$/g, '')
    : slugify(plain, { decamelize: false })
  return cut(words) || fallback
}

/** The slug itself for ordinal 1, then `slug-2`, `slug-3`, …, cut to the maximum length. */
export const numberedSlug = (slug: string, ordinal: number): string => {
  const suffix = ordinal === 1 ? '' : `-${ordinal}`
  return cut(slug, suffix) + suffix
}
