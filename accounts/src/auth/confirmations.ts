import { type Clock, latest } from '@logbook/chassis/clock.ts'
import { jwtVerify } from 'jose'
import { limits } from '../limits.ts'

const lastsMs = limits.verificationMinutesMax * 60_000
/** The library counts in seconds, by the system's clock. */
const toleranceMs = 60_000

/**
 * Whether the token in a link that confirms an address is signed by the library, has not ended by either clock, and does not last longer
 * than one that is made now. The library looks at the wall clock alone: set back, it would let go on what has ended.
 */
export const isConfirmationAlive = async (
  token: string,
  { secret, clock }: { secret: string; clock: Clock },
): Promise<boolean> => {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      // When it ends is compared below.
      currentDate: new Date(0),
    })
    const leftMs = (payload.exp ?? 0) * 1_000 - latest(clock)
    return leftMs > 0 && leftMs <= lastsMs + toleranceMs
  } catch {
    return false
  }
}
