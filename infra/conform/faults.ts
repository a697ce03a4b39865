import type { Random } from '../chaos/random.ts'
import type { Chances } from './injected-faults.ts'

export const faultNames = ['delayed', 'refused', 'cut', 'rewound', 'repeated', 'split'] as const
export type FaultCounts = Record<(typeof faultNames)[number], number>

export interface InjectedFaults {
  random: Random
  chances: Chances
}

/** The faults that are injected, with a count of each kind, until that is over. */
export interface Faults {
  readonly counts: FaultCounts
  /** Undefined once it is over, or where there never was any. */
  injected(): InjectedFaults | undefined
  /** Throws the dice, and counts. */
  happens(fault: keyof FaultCounts, chance: keyof Chances): boolean
  end(): void
}

export const faultsOf = (begun: InjectedFaults | undefined): Faults => {
  const counts: FaultCounts = { delayed: 0, refused: 0, cut: 0, rewound: 0, repeated: 0, split: 0 }
  let injected = begun
  return {
    counts,
    injected: () => injected,
    happens(fault, chance) {
      if (injected === undefined || !injected.random.chance(injected.chances[chance])) return false
      counts[fault] += 1
      return true
    },
    end() {
      injected = undefined
    },
  }
}
