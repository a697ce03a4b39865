import type { Clock } from '@logbook/chassis/clock.ts'
import type { Cause } from '@logbook/chassis/command/cause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Command } from '@logbook/chassis/http/serve.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import type { MediaSettings } from '@logbook/contracts/events/media-settings.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { decide } from '../domain/decide.ts'
import { safeName, uniqueName } from '../domain/file-name.ts'
import type { MediaEvent, Medium } from '../domain/medium.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'
import type { KeyedMutex } from './keyed-mutex.ts'

interface RequestsOptions {
  media: CommandHandler<Medium, MediaEvent>
  view: View
  follower: Pick<Follower<never>, 'reached'>
  clock: Clock
  mutex: KeyedMutex
  settings: () => MediaSettings
}

/** Without `keepsMetadata` the settings decide. */
type Wanted = Omit<EventData<'MediaRequested'>, 'ownerId' | 'requestedAt' | 'erased' | 'keepsMetadata'> & {
  keepsMetadata?: boolean | undefined
}

/** Of an HTTP command; an upload completes without an idempotency key. */
export type RequestCommand = Cause & Pick<Partial<Command>, 'id' | 'idempotency'>

export type Requests = ReturnType<typeof createRequests>

/** The id of the person whose media the caller creates; null for the operator. */
export const ownerOf = (caller: Caller): string | null => (caller.kind === 'person' ? caller.id : null)

/** Requests of media, by link and by upload. */
export const createRequests = ({ media, view, follower, clock, mutex, settings }: RequestsOptions) => ({
  /** Throws `too-large` if the person's media would exceed their quota in bytes. */
  assertSpace(owner: string | null, moreBytes: number): void {
    const { personBytesMax } = settings()
    if (owner === null || view.bytesOf(owner) + moreBytes <= personBytesMax) return
    throw new Problem('too-large', {
      detail: `Your files use ${view.bytesOf(owner)} of ${personBytesMax} bytes. This file would exceed the quota.`,
    })
  },

  /** Throws `too-many` if the person has too many unfinished jobs. */
  assertJobQuota(owner: string | null): void {
    if (owner === null || view.openOf(owner) < limits.openJobsPerPersonMax) return
    throw new Problem('too-many', {
      detail: `You have ${limits.openJobsPerPersonMax} unfinished files. Try again when some of them are ready.`,
      retryAfter: 60,
    })
  },

  /** Requests a medium under a safe name that is unique for its owner. Idempotent by id. */
  request(wanted: Wanted, ownerId: string | null, command: RequestCommand) {
    return mutex(`owner ${ownerId ?? ''}`, async () => {
      const name = uniqueName(safeName(wanted.name), (each) => view.isNamed(ownerId, each, wanted.id))
      const { keepsMetadata = settings().keepsMetadata } = wanted
      const medium = { ...wanted, keepsMetadata, name, ownerId, requestedAt: clock.now().toISOString() }
      const done = await media.handle({
        ...command,
        subject: mediaSubject(wanted.id),
        isNew: true,
        decide: (before) => decide(before, { kind: 'request', medium }),
      })
      // The owner's next request must see this name.
      await follower.reached(done.position, limits.viewMsMax)
      return done
    })
  },
})
