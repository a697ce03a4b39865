import { invalid } from '@logbook/chassis/problem.ts'

/** What is known of a person to everyone, or to who guesses. */
export interface KnownOf {
  email: string
  name?: string | undefined
}

/** Shorter words stand in most sentences. */
const wordCharsMin = 3
/** As many letters and digits beyond what is known make a password that must be guessed. */
const ownCharsMin = 4

/** Letters and digits alone, in one form: what looks or types alike is alike. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '')

const wordsOf = ({ email, name = '' }: KnownOf): string[] => {
  const [local = ''] = email.split('@')
  return [email, local, ...local.split(/[.+_-]/), name, ...name.split(/\s+/)]
}

/** Refuses passwords that consist of what is known. `blog` gives words of the blog: its title, its host. */
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
