import type { Clock } from '@logbook/chassis/clock.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { decide } from '../domain/decide.ts'
import { safeName, uniqueName } from '../domain/file-name.ts'
import type { MediaEvent, Medium } from '../domain/medium.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'
import type { Circumstances } from '../routes/circumstances.ts'
import type { Turns } from './turns.ts'

interface RequestsOptions {
  media: CommandHandler<Medium, MediaEvent>
  view: View
  follower: Pick<Follower<never>, 'reached'>
  clock: Clock
  turns: Turns
  personBytesMax: number
}

type Wanted = Omit<EventData<'MediaRequested'>, 'ownerId' | 'requestedAt' | 'erased'>

export type Requests = ReturnType<typeof createRequests>

const viewMsMax = 2_000

/** The owner of what a caller brings; null for the operator. */
export const ownerOf = (caller: Caller): string | null => (caller.kind === 'person' ? caller.id : null)

/** Where media come in, whichever way. */
export const createRequests = ({ media, view, follower, clock, turns, personBytesMax }: RequestsOptions) => ({
  /** Throws `too-large` where a person's media would need more room than one person has. */
  assertRoom(owner: string | null, moreBytes: number): void {
    if (owner === null || view.bytesOf(owner) + moreBytes <= personBytesMax) return
    throw new Problem('too-large', {
      detail: `Your files need ${view.bytesOf(owner)} bytes, and may need ${personBytesMax} in all.`,
    })
  },

  /** Throws `too-many` where a person has too many jobs that are not finished. */
  assertTurn(owner: string | null): void {
    if (owner === null || view.openOf(owner) < limits.openJobsPerPersonMax) return
    throw new Problem('too-many', {
      detail: `You have ${limits.openJobsPerPersonMax} files that are not ready yet: wait for some.`,
      retryAfter: 60,
    })
  },

  /** Gives the medium a safe name that its owner has not used, and requests it. Again with the same id changes nothing. */
  request(wanted: Wanted, ownerId: string | null, circumstances: Circumstances) {
    return turns(`owner ${ownerId ?? ''}`, async () => {
      const name = uniqueName(safeName(wanted.name), (each) => view.isNamed(ownerId, each, wanted.id))
      const medium = { ...wanted, name, ownerId, requestedAt: clock.now().toISOString() }
      const done = await media.handle({
        ...circumstances,
        subject: mediaSubject(wanted.id),
        isNew: true,
        decide: (before) => decide(before, { kind: 'request', medium }),
      })
      // The next of this owner has to see the name.
      await follower.reached(done.position, viewMsMax)
      return done
    })
  },
})
