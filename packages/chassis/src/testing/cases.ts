const longTimes = 40

/** True where many more cases are wanted than a run of all tests has time for: `npm run test:long`. */
export const isLong = process.env.CASES === 'long'

/** How many cases a property test draws: `usual` in `npm test`, forty times as many in `npm run test:long`. */
export const cases = (usual: number): { numRuns: number } => ({ numRuns: isLong ? usual * longTimes : usual })
