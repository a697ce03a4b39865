import { limits } from '../limits.ts'

interface Sample {
  atMs: number
  position: number
}

/** Measures positions a second over `limits.rebuildRateMs`. Times are milliseconds of any monotonic clock. */
export const createRate = () => {
  let samples: Sample[] = []
  return {
    note(sample: Sample): void {
      samples = [...samples.filter(({ atMs }) => sample.atMs - atMs <= limits.rebuildRateMs), sample]
    },
    perSecond(): number | null {
      const [first, last] = [samples[0], samples.at(-1)]
      if (first === undefined || last === undefined || last.atMs <= first.atMs) return null
      return Math.round(((last.position - first.position) * 1_000) / (last.atMs - first.atMs))
    },
  }
}
