import { limits } from './limits.ts'
import type { Match } from './projections/search.ts'
import type { Wanted } from './search-terms.ts'

/** Put around each hit. No text has them: `plainText` takes them out. */
export const marks = ['\ue000', '\ue001'] as const

const hits = /\ue000([^\ue001]*)\ue001/g
const dayMs = 86_400_000

/** How much of what was asked for a short text has, and how little else, from 0 to 1. */
const shareOf = (marked: string, { terms, chars }: Wanted): number => {
  const found = [...marked.matchAll(hits)]
  if (found.length === 0) return 0
  const markedChars = found.reduce((sum, [, hit = '']) => sum + hit.length, 0)
  const textChars = marked.length - 2 * found.length
  const fullness = Math.min(chars, markedChars) / Math.max(1, textChars)
  return (Math.min(found.length, terms) / terms) * (0.75 + 0.25 * Math.min(1, fullness))
}

/** The best first: it counts where the words stand, and by up to twice as much how new it is, beside the newest of all. */
export const ranked = (matches: readonly Match[], wanted: Wanted): Match[] => {
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
