import { pause } from '@logbook/chassis/async/pause.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { Entry } from '@logbook/importer/entry.ts'
import { ServiceFailed } from '../../http/ask.ts'
import { limits } from '../limits.ts'
import type { MediaClient } from './media-client.ts'
import type { PictureHosts } from './picture-hosts.ts'
import { PictureRefused } from './picture-refused.ts'
import { createSlots } from './slots.ts'

type Picture = Extract<Entry, { type: 'picture' }>

const isOver = ({ state }: MediumAnswer): boolean => state === 'finished' || state === 'failed'

interface WaitingOptions {
  client: Pick<MediaClient, 'one'>
  hosts: PictureHosts
  stallMsMax: number
  signal: AbortSignal
}

/** Waits for media whose jobs are under way. Jobs are made in the order in which they came, so few are asked about at once. */
export const createPictureWaiting = ({ client, hosts, stallMsMax, signal }: WaitingOptions) => {
  const asking = createSlots(limits.askingAtOnceMax)
  let changedAt = performance.now()

  const untilOver = async (picture: Picture, isAwaited: (medium: MediumAnswer) => boolean) => {
    let [seen, waitMs] = ['', limits.pollMsMin as number]
    for (;;) {
      if (signal.aborted) return undefined
      const medium = await client.one(picture.item.id)
      if (medium === undefined) throw new PictureRefused('was removed here before')
      const now = JSON.stringify([medium.state, medium.attempts, medium.retryAt, medium.progress?.bytes])
      if (now !== seen || isOver(medium)) changedAt = performance.now()
      hosts.assertReached(picture, medium)
      if (isOver(medium)) return medium
      if (!isAwaited(medium)) return undefined
      seen = now
      await pause(waitMs, signal)
      waitMs = Math.min(limits.pollMsMax, waitMs * 1.5)
    }
  }
  const isStalled = () => performance.now() - changedAt > stallMsMax
  return {
    /** The medium if its job is over soon; undefined where it takes longer or its first attempt failed: its text does not wait for it. Throws PictureRefused. */
    soon(picture: Picture): Promise<MediumAnswer | undefined> {
      const end = performance.now() + limits.textWaitMsMax
      const isAwaited = ({ fault }: MediumAnswer) =>
        fault === undefined && performance.now() < end && !isStalled()
      return asking(() => untilOver(picture, isAwaited))
    },
    /** The medium when its job is over; undefined once `signal` aborts. Throws PictureRefused, and ServiceFailed where all jobs stand still. */
    inTheEnd(picture: Picture): Promise<MediumAnswer | undefined> {
      const isAwaited = () => {
        if (!isStalled()) return true
        throw new ServiceFailed(
          `no worker has made a picture for ${Math.round(stallMsMax / 1_000)} seconds (npm run doctor says more). The texts are here; the pictures follow when a worker makes them`,
        )
      }
      return asking(() => untilOver(picture, isAwaited))
    },
  }
}
