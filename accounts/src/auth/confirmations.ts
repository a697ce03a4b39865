import { type Clock, latest } from '@logbook/chassis/clock.ts'
import { jwtVerify } from 'jose'
import { limits } from '../limits.ts'

const lastsMs = limits.verificationMinutesMax * 60_000
/** better-auth counts in seconds, by the system clock. */
const toleranceMs = 60_000

/**
 * True for a token of a confirmation link that better-auth signed, that has not expired by either clock, and that expires no later
 * than one made now. better-auth itself reads only the wall clock, which may have been set back.
 */
export const isConfirmationAlive = async (
  token: string,
  { secret, clock }: { secret: string; clock: Clock },
): Promise<boolean> => {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      // The expiry is compared below.
      currentDate: new Date(0),
    })
    const leftMs = (payload.exp ?? 0) * 1_000 - latest(clock)
    return leftMs > 0 && leftMs <= lastsMs + toleranceMs
  } catch {
    return false
  }
}
