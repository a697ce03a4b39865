import type { Random } from '../chaos/random.ts'
import type { Chances } from './mischief.ts'

export const faultNames = ['delayed', 'refused', 'cut', 'rewound', 'repeated', 'split'] as const
export type FaultCounts = Record<(typeof faultNames)[number], number>

export interface Mischief {
  random: Random
  chances: Chances
}

/** The mischief that is done, with a count of each kind, until it is over. */
export interface Faults {
  readonly counts: FaultCounts
  /** Undefined once it is over, or where there never was any. */
  mischief(): Mischief | undefined
  /** Throws the dice, and counts. */
  happens(fault: keyof FaultCounts, chance: keyof Chances): boolean
  end(): void
}

export const faultsOf = (begun: Mischief | undefined): Faults => {
  const counts: FaultCounts = { delayed: 0, refused: 0, cut: 0, rewound: 0, repeated: 0, split: 0 }
  let mischief = begun
  return {
    counts,
    mischief: () => mischief,
    happens(fault, chance) {
      if (mischief === undefined || !mischief.random.chance(mischief.chances[chance])) return false
      counts[fault] += 1
      return true
    },
    end() {
      mischief = undefined
    },
  }
}
