/** The pairs of adjacent letters, with their counts. */
const pairsOf = (text: string): Map<string, number> => {
  const pairs = new Map<string, number>()
  for (let at = 0; at < text.length - 1; at++) {
    const pair = text.slice(at, at + 2)
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  return pairs
}

/** The similarity of texts to this one, from 0 to 1: Dice's coefficient of their pairs of letters. */
export const similarityTo = (text: string): ((other: string) => number) => {
  const pairs = pairsOf(text)
  return (other) => {
    let shared = 0
    for (const [pair, count] of pairsOf(other)) shared += Math.min(count, pairs.get(pair) ?? 0)
    return text === other ? 1 : (2 * shared) / Math.max(1, text.length + other.length - 2)
  }
}
