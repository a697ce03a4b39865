import { limits } from '../limits.ts'
import { hasUnspaced } from '../search/word-bounds.ts'
import { isStopWord } from './stop-words.ts'

/** A term that tells what a post is about. */
export interface Topic {
  /** As the search index has it, so that forms of a word are one. */
  term: string
  /** As the post has it, for readers. */
  word: string
  /** From 1; a tag has `tagWeight` or more, and nothing else has. */
  weight: number
}

/** The plain texts of a post. */
export interface TopicText {
  title: string
  tags: readonly string[]
  body: string
}

const { titleWeight, tagWeight, countMax, wordCharsMin, wordCharsMax } = limits.topics

export const isTag = ({ weight }: Pick<Topic, 'weight'>): boolean => weight >= tagWeight

const words = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu
const letter = /\p{L}/u
// Words of scripts without spaces come from a dictionary.
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

// Those of the blog's language are left out when posts are compared: the index does not know it, and it may change.
const isTelling = (word: string): boolean =>
  !isStopWord(word, 'en') &&
  word.length <= wordCharsMax &&
  letter.test(word) &&
  (word.length >= wordCharsMin || (word.length > 1 && hasUnspaced.test(word)))

const wordsOf = (text: string): string[] =>
  (text.match(words) ?? [])
    .flatMap((run) =>
      hasUnspaced.test(run) ? Array.from(segmenter.segment(run), ({ segment }) => segment) : [run],
    )
    .filter(isTelling)

const begunLower = (word: string): string => word.slice(0, 1).toLowerCase() + word.slice(1)

/**
 * The terms of a post with the largest weights, the first in its text among equals. `termsOf` gives the term of each word. The work is
 * bounded by `limits.topics.charsMax`.
 */
export const topicsOf = (
  { title, tags, body }: TopicText,
  termsOf: (words: readonly string[]) => readonly string[],
): Topic[] => {
  const titled = wordsOf(title)
  const said = [...tags, ...titled, ...wordsOf(body.slice(0, limits.topics.charsMax))]
  const found = new Map<string, Topic & { count: number }>()
  for (const [n, term] of termsOf(said).entries()) {
    if (term === '') continue
    const topic = found.get(term) ?? { term, word: said[n] ?? '', weight: 0, count: 0 }
    // A word that only begins a sentence or a title is shown in lower case.
    if (!isTag(topic) && said[n] === begunLower(topic.word)) topic.word = said[n] ?? ''
    if (n < tags.length) topic.weight = tagWeight
    else if (n < tags.length + titled.length && topic.weight < titleWeight) topic.weight += titleWeight
    else topic.count++
    found.set(term, topic)
  }
  return [...found.values()]
    .map(({ term, word, weight, count }) => ({ term, word, weight: weight + Math.min(count, countMax) }))
    .sort((one, other) => other.weight - one.weight)
    .slice(0, limits.topics.max)
}
