/** Every bound of this service that is not the contracts' own. */
export const limits = {
  /** People whose keys are fetched at the start, so that they can go on writing while accounts is away: the newest. */
  keysAtHandMax: 10_000,
  /** Comments and votes that are taken in a window of so many seconds, where the gateway vouches for who sends them. */
  rates: {
    comment: { perNetwork: 60, perCaller: 20, windowS: 60 },
    vote: { perNetwork: 240, perCaller: 60, windowS: 60 },
  },
} as const
