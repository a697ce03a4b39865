import { limits } from '../limits.ts'
import type { AsOf } from '../projections/temporal.ts'
import type { SearchRows } from './projection.ts'
import type { Match } from './reads.ts'
import type { Wanted } from './terms.ts'
import { withoutBounds } from './word-bounds.ts'

/** Put around each hit. No text has them: `plainText` takes them out. */
export const marks = ['\ue000', '\ue001'] as const

const hits = /\ue000([^\ue001]*)\ue001/g
const dayMs = 86_400_000

/** How much of what was asked for a short text has, and how little else, from 0 to 1. */
const shareOf = (title: string, { terms, chars }: Wanted): number => {
  const marked = withoutBounds(title)
  const found = [...marked.matchAll(hits)]
  if (found.length === 0) return 0
  const markedChars = found.reduce((sum, [, hit = '']) => sum + hit.length, 0)
  const textChars = marked.length - 2 * found.length
  const fullness = Math.min(chars, markedChars) / Math.max(1, textChars)
  return (Math.min(found.length, terms) / terms) * (0.75 + 0.25 * Math.min(1, fullness))
}

/** The best of a tier first: it counts where the words stand, and by up to twice as much how new it is, beside the newest of all. */
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

/** What is looked for: posts and pages, comments, or both where it is absent. */
export type SearchedKind = 'posts' | 'comments'

interface Asked {
  wanted: Wanted
  kind: SearchedKind | undefined
  /** How many matches are of interest: later tiers are walked only where the earlier ones have fewer. */
  count: number
  /** Those whose whole text has all that is looked for. */
  matches: (some: readonly Match[]) => Match[]
  asOf: AsOf
}

type Tier = () => Match[]

/** Posts with all words in the title, then with all among tags and address, then with all anywhere, and at last comments. */
const tiersOf = (rows: SearchRows, { wanted, kind, matches, asOf }: Asked): Tier[] => {
  const { match, any, terms } = wanted
  const limit = limits.searchCandidatesMax
  const asked = { match, limit, asOf }
  const anywhere = (): Match[] => {
    const newest = rows.posts(asked, marks)
    if (newest.length < limit || terms === 1) return newest
    // Older posts that were cut off, with some of the words in their title.
    const titled = rows.titled({ match: any, limit: limits.searchTitledMax, asOf }, marks)
    return [...newest, ...matches(titled)]
  }
  const ofPosts = [() => rows.titled(asked, marks), () => rows.tagged(asked, marks), anywhere]
  const ofComments = [() => rows.comments(asked)]
  return [...(kind === 'comments' ? [] : ofPosts), ...(kind === 'posts' ? [] : ofComments)]
}

/**
 * The matches that are of interest, best first. Each tier is cut to its newest by itself before it is ranked, so that no post is lost
 * from its own title behind newer texts and comments. The work is bounded by the tiers.
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
