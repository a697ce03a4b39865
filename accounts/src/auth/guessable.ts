import { invalid } from '@logbook/chassis/problem.ts'

/** What an attacker may know of a person. */
export interface KnownOf {
  email: string
  name?: string | undefined
}

/** Shorter words are part of most sentences. */
const wordCharsMin = 3
/** A password must have at least as many letters and digits besides what is known. */
const ownCharsMin = 4

/** Letters and digits only, normalized, so that texts that look the same are equal. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '')

const wordsOf = ({ email, name = '' }: KnownOf): string[] => {
  const [local = ''] = email.split('@')
  return [email, local, ...local.split(/[.+_-]/), name, ...name.split(/\s+/)]
}

/** Throws `invalid` for a password made of what is known of the person or the blog. `blog` returns the title and host of the blog. */
export const refuseGuessable =
  (blog: () => readonly string[]) =>
  (field: string, password: string, known: KnownOf): void => {
    const words = [...blog(), ...wordsOf(known)]
      .map(plain)
      .filter(({ length }) => length >= wordCharsMin)
      // Longer ones first: an address holds its own parts.
      .sort((one, other) => other.length - one.length)
    const given = plain(password)
    const rest = words.reduce((left, word) => left.replaceAll(word, ''), given)
    if (rest === given) return
    if (rest.length < ownCharsMin || /^\p{N}+$/u.test(rest))
      throw invalid(field, 'is easy to guess from your name, your address or the blog: choose another')
  }
export type RefuseGuessable = ReturnType<typeof refuseGuessable>
