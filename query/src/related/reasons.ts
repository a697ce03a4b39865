import { limits } from '../limits.ts'

/** What two posts have in common. */
export interface InCommon {
  /** Words of both, the most telling first. */
  words: readonly string[]
  /** People who commented or voted on both, and those who commented on both. */
  people: number
  writers: number
}

const and = (words: readonly string[]): string => words.join(' and ')

const meetings = ({ people, writers }: InCommon): string[] => {
  const { peopleMin } = limits.related
  if (writers >= peopleMin) return [`${writers} people who commented here also commented there`]
  // Who voted is not public: the number stands for votes and comments together.
  return people >= peopleMin ? [`${people} people who commented or voted here also did so there`] : []
}

/**
 * Why a post is related to another one, for readers; undefined if there is no reason. It names no person, and counts people only from
 * `limits.related.peopleMin` on.
 */
export const reasonOf = (common: InCommon): string | undefined => {
  const about = common.words.length > 0 ? [`Also about ${and(common.words)}`] : []
  const parts = [...about, ...meetings(common)]
  return parts.length > 0 ? parts.join(' · ') : undefined
}
