/** A source of chances that gives the same ones for the same seed. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number
  /** A whole number from `min` to `max`. */
  between(min: number, max: number): number
  /** True with this probability. */
  chance(probability: number): boolean
}

const stateOf = (text: string): number => {
  let state = 0x811c9dc5
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return state
}

/** A source of its own for each `name` under one seed, so that who is asked first does not matter. */
export const seeded = ({ seed, name }: { seed: number; name: string }): Random => {
  let state = stateOf(`${seed} ${name}`)
  // Mulberry32: 32 bits of state, enough to choose where faults fall.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    next,
    below,
    between: (min, max) => min + below(max - min + 1),
    chance: (probability) => next() < probability,
  }
}
