export type Vote = 1 | -1

/**
 * Who voted on a comment, and how. Immutable, and kept in small bunches by the end of the voter's id, so that one more vote
 * copies one bunch and not everyone: a comment that tens of thousands voted on still folds in a moment.
 */
export type Voters = ReadonlyMap<string, ReadonlyMap<string, Vote>>

export const nobody: Voters = new Map()

const bunchOf = (voterId: string): string => voterId.slice(-2)

/** 0 where they have not voted. */
export const voteOf = (voters: Voters, voterId: string): Vote | 0 =>
  voters.get(bunchOf(voterId))?.get(voterId) ?? 0

/** The voters with this one's vote in place of any before; 0 withdraws it. */
export const withVote = (
  voters: Voters,
  { voterId, value }: { voterId: string; value: Vote | 0 },
): Voters => {
  const bunch = new Map(voters.get(bunchOf(voterId)))
  if (value === 0) bunch.delete(voterId)
  else bunch.set(voterId, value)
  return new Map(voters).set(bunchOf(voterId), bunch)
}
