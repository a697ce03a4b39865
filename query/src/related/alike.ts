import { roomFor } from '@logbook/chassis/cache-room.ts'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { hasUnspaced } from '../search/word-bounds.ts'
import { isStopWord } from './stop-words.ts'
import type { PostTopics, TopicRows } from './topic-rows.ts'
import { isTag, type Topic } from './topics.ts'

/** A post on the same topics as another one. */
export interface Alike {
  id: string
  /** From 0 to about 1. */
  similarity: number
  /** The words that they have in common, most telling first. */
  words: string[]
}

interface Telling extends Topic {
  /** How much the term tells, by how few posts have it. */
  rarity: number
}

interface Part {
  word: string
  value: number
}

const { related: bounds } = limits

const weighed = (weight: number): number => Math.min(weight, bounds.weightMax)

/** The words to mention: those that say much less than the first are left out. */
const wordsOf = (parts: readonly Part[]): string[] => {
  const [first, ...others] = parts.toSorted((one, other) => other.value - one.value)
  if (first === undefined) return []
  const next = others.filter(({ value }) => value >= first.value * bounds.wordShareMin)
  return [first, ...next].slice(0, bounds.wordsMax).map(({ word }) => word)
}

/** A post compared with the telling terms of another; undefined if they have too little in common. */
const compare = (telling: readonly Telling[], { id, topics }: PostTopics): Alike | undefined => {
  const theirs = new Map(topics.map(({ term, weight }) => [term, weight]))
  const parts: Part[] = []
  let [sum, whole, isNamed] = [0, 0, false]
  for (const { term, word, weight, rarity } of telling) {
    const own = weighed(weight)
    whole += (own * rarity) ** 2
    const other = theirs.get(term) ?? 0
    if (other === 0 || weight + other < bounds.weightsMin) continue
    const value = own * weighed(other) * rarity ** 2
    sum += value
    parts.push({ word, value })
    // In both titles, or among the tags of one.
    isNamed ||= Math.min(weight, other) >= limits.topics.titleWeight
  }
  const isEnough = (isNamed || parts.length > 1) && sum >= whole * bounds.similarityMin
  return isEnough ? { id, similarity: sum / whole, words: wordsOf(parts) } : undefined
}

const capitalInside = /(?<=.)\p{Lu}/u

/** In a blog of few posts the count of posts says little of how common a word is, and its length says more: common words are short. */
const isShort = ({ word }: Topic, all: number): boolean =>
  all < bounds.postsToCountMin &&
  [...word].length < bounds.wordCharsOfFewMin &&
  !capitalInside.test(word) &&
  !hasUnspaced.test(word)

type Rows = Pick<TopicRows, 'of' | 'numbered' | 'size' | 'latest'>

export type AlikePosts = ReturnType<typeof createAlikePosts>

/**
 * Related posts by text. Stop words of the blog's language and of English tell nothing, unless they are tags; what else is common is known
 * by the number of posts with a term.
 */
export const createAlikePosts = (rows: Rows, language: () => string) => {
  const known = new LRUCache<string, number>(roomFor(limits.relatedTermsMax))
  let size: ReturnType<Rows['size']> | undefined

  const sizeNow = (): ReturnType<Rows['size']> => {
    size ??= rows.size()
    return size
  }

  /** About how many posts have a term: if the latest few are of the last tenth of all posts, ten times as many. */
  const postsWith = (term: string): number => {
    const before = known.get(term)
    if (before !== undefined) return before
    const latest = rows.latest(term, bounds.postsPerTermMax)
    const { first, last } = sizeNow()
    const reach = last - (latest.at(-1) ?? first) + 1
    const count =
      latest.length < bounds.postsPerTermMax ? latest.length : (latest.length * (last - first + 1)) / reach
    known.set(term, count)
    return count
  }

  /** The terms that some other posts have too, and not too many. */
  const tellingOf = (topics: readonly Topic[]): Telling[] => {
    const { posts: all } = sizeNow()
    const spoken = language()
    const commonMin = Math.max(
      Math.min(bounds.commonPostsMin, all * bounds.commonShareOfFew),
      all * bounds.commonShare,
    )
    return topics
      .flatMap((topic): Telling[] => {
        if (!isTag(topic) && (isStopWord(topic.word, spoken) || isShort(topic, all))) return []
        const posts = postsWith(topic.term)
        if (posts < 2 || (!isTag(topic) && posts > commonMin)) return []
        return [{ ...topic, rarity: Math.log((all + 1) / Math.min(posts, all)) }]
      })
      .sort((one, other) => weighed(other.weight) * other.rarity - weighed(one.weight) * one.rarity)
      .slice(0, bounds.termsMax)
  }

  /** The latest posts with these terms, those with the most telling ones first. */
  const candidatesFor = (own: PostTopics, telling: readonly Telling[]): number[] => {
    const sums = new Map<number, number>()
    for (const { term, weight, rarity } of telling)
      for (const post of rows.latest(term, bounds.postsPerTermMax))
        sums.set(post, (sums.get(post) ?? 0) + weighed(weight) * rarity ** 2)
    sums.delete(own.post)
    return [...sums]
      .sort(([post, one], [otherPost, other]) => other - one || otherPost - post)
      .slice(0, bounds.comparedMax)
      .map(([post]) => post)
  }

  return {
    /** The most similar first. It reads a bounded number of rows. */
    to(id: string): Alike[] {
      const own = rows.of(id)
      if (own === undefined) return []
      const telling = tellingOf(own.topics)
      return candidatesFor(own, telling)
        .flatMap((post) => rows.numbered(post) ?? [])
        .flatMap((other) => compare(telling, other) ?? [])
        .sort((one, other) => other.similarity - one.similarity)
        .slice(0, bounds.alikeMax)
    },
    /** Forgets how many posts there are: the index has changed. */
    forget(): void {
      known.clear()
      size = undefined
    },
  }
}
