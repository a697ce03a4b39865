import { limits } from '../limits.ts'
import type { AsOf } from '../projections/temporal.ts'
import type { SearchRows } from './projection.ts'
import type { Match } from './reads.ts'
import type { Wanted } from './terms.ts'
import { withoutBounds } from './word-bounds.ts'

/** The marks around a hit. No text has them: `plainText` removes them. */
export const marks = ['\ue000', '\ue001'] as const

const hits = /\ue000([^\ue001]*)\ue001/g
const dayMs = 86_400_000

/** How well a short text matches the search, from 0 to 1: the share of wanted words, less for other words. */
const shareOf = (title: string, { terms, chars }: Wanted): number => {
  const marked = withoutBounds(title)
  const found = [...marked.matchAll(hits)]
  if (found.length === 0) return 0
  const markedChars = found.reduce((sum, [, hit = '']) => sum + hit.length, 0)
  const textChars = marked.length - 2 * found.length
  const fullness = Math.min(chars, markedChars) / Math.max(1, textChars)
  return (Math.min(found.length, terms) / terms) * (0.75 + 0.25 * Math.min(1, fullness))
}

/** Ranks a tier by where the words are, times up to two for how new the text is compared with the newest. */
const ranked = (matches: readonly Match[], wanted: Wanted): Match[] => {
  const newestMs = matches.reduce((newest, { atMs }) => Math.max(newest, atMs), 0)
  const { title, tags, body } = limits.searchWeights
  const weigh = (match: Match): number =>
    (body + title * shareOf(match.title, wanted) + tags * shareOf(match.tags, wanted)) *
    (1 + 2 ** (-(newestMs - match.atMs) / dayMs / limits.searchHalfLifeDays))
  return matches
    .map((match) => ({ match, weight: weigh(match) }))
    .sort((one, other) => other.weight - one.weight || other.match.position - one.match.position)
    .map(({ match }) => match)
}

/** Posts and pages, comments, or both if undefined. */
export type SearchedKind = 'posts' | 'comments'

interface Asked {
  wanted: Wanted
  kind: SearchedKind | undefined
  /** The number of wanted matches: later tiers are read only if the earlier ones have fewer. */
  count: number
  /** Filters the matches whose whole text has all wanted words. */
  matches: (some: readonly Match[]) => Match[]
  asOf: AsOf
}

type Tier = () => Match[]

/** Tiers: posts with all words in the title, then in tags and address, then anywhere; last, comments. */
const tiersOf = (rows: SearchRows, { wanted, kind, matches, asOf }: Asked): Tier[] => {
  const { match, any, terms } = wanted
  const limit = limits.searchCandidatesMax
  const asked = { match, limit, asOf }
  const anywhere = (): Match[] => {
    const newest = rows.posts(asked, marks)
    if (newest.length < limit || terms === 1) return newest
    // Older posts beyond the limit, with some of the words in their title.
    const titled = rows.titled({ match: any, limit: limits.searchTitledMax, asOf }, marks)
    return [...newest, ...matches(titled)]
  }
  const ofPosts = [() => rows.titled(asked, marks), () => rows.tagged(asked, marks), anywhere]
  const ofComments = [() => rows.comments(asked)]
  return [...(kind === 'comments' ? [] : ofPosts), ...(kind === 'posts' ? [] : ofComments)]
}

/**
 * The best matches, best first. Each tier is limited to its newest matches before it is ranked, so that newer texts and comments do not
 * displace a post with the words in its title. The work is bounded.
 */
export const bestOf = (rows: SearchRows, asked: Asked): Match[] => {
  const known = new Set<number>()
  const best: Match[] = []
  for (const tier of tiersOf(rows, asked)) {
    if (best.length >= asked.count) break
    const fresh = tier().filter(({ position }) => !known.has(position) && known.add(position))
    best.push(...ranked(fresh, asked.wanted))
  }
  return best
}
