import { hash } from 'node:crypto'

/** What a picture shows. */
export interface Card {
  title: string
  /** Above the title, such as `20 November 2026 · Ada`; may be empty. */
  dateline: string
  /** The name of the blog. */
  blog: string
  /** Such as `#b04613`. */
  accent: string
}

/** Raise it when the same card is painted otherwise than before. */
const design = 1
const digestChars = 16

/** Equal for cards that are painted alike. */
export const digestOf = (card: Card): string =>
  hash('sha256', JSON.stringify([design, card]), 'base64url').slice(0, digestChars)

/** True for a text whose letters the fonts of the blog have. Other characters that they lack are left out. */
export const isPaintable = (text: string): boolean =>
  /\p{L}|\p{N}/u.test(text) &&
  /^(?:\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Greek}|\P{L})*$/u.test(text)
