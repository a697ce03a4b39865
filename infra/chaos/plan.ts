import { limits } from './limits.ts'
import { seeded } from './random.ts'

export interface Kill {
  /** After the last kill, or after the bus came back from it. */
  calmMs: number
  victim: string
  /** How long it stays away. */
  downMs: number
}

interface Cast {
  seed: number
  followers: number
  claimers: number
}

export const bus = 'event-bus'
export const followerNames = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `follower-${n}`)
export const claimerNames = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `claimer-${n}`)

/** Who is killed when, without end. Every second kill hits the bus, the first one too. The same cast gets the same plan. */
export function* planKills({ seed, followers, claimers }: Cast): Generator<Kill, never> {
  const random = seeded({ seed, name: 'plan' })
  const others = [...followerNames(followers), ...claimerNames(claimers)]
  for (let n = 0; ; n++)
    yield {
      calmMs: random.between(limits.calmMs.min, limits.calmMs.max),
      victim: n % 2 === 0 ? bus : (others[random.below(others.length)] ?? bus),
      downMs: random.between(limits.downMs.min, limits.downMs.max),
    }
}
