import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { Entry } from '@logbook/importer/entry.ts'
import { limits } from '../limits.ts'
import { PictureRefused } from './picture-refused.ts'

type Picture = Extract<Entry, { type: 'picture' }>

export type PictureHosts = ReturnType<typeof createPictureHosts>

/** Hosts that can't be reached, or give up picture after picture, so that not each of theirs is asked and waited for. */
export const createPictureHosts = () => {
  const failures = new Map<string, number>()
  const away = new Map<string, string>()
  /** Undefined for a file of this machine. */
  const hostOf = ({ item: { from } }: Picture) => ('url' in from ? new URL(from.url).host : undefined)
  return {
    /** Throws PictureRefused for one that is not tried any more. */
    assertTried(picture: Picture): void {
      const host = hostOf(picture)
      if (host === undefined) return
      const reason = away.get(host)
      if (reason !== undefined) throw new PictureRefused(`was not asked for: ${reason}`)
      if ((failures.get(host) ?? 0) >= limits.hostFailuresMax)
        throw new PictureRefused(
          `was not asked for: ${limits.hostFailuresMax} pictures of ${host} in a row could not be fetched`,
        )
    },
    /** Throws PictureRefused for one under way whose host can't be reached. The blog tries it some minutes longer. */
    assertReached(picture: Picture, { fault, state, reason }: MediumAnswer): void {
      const host = hostOf(picture)
      if (host === undefined || state === 'finished') return
      if (fault === 'host') away.set(host, reason ?? `${host} can’t be reached.`)
      const why = away.get(host)
      if (why !== undefined) throw new PictureRefused(why)
    },
    /** A host that answers, be it with 404, is not at fault. */
    note(picture: Picture, { state, attempts }: MediumAnswer): void {
      const host = hostOf(picture)
      if (host === undefined) return
      failures.set(host, state === 'failed' && attempts > 1 ? (failures.get(host) ?? 0) + 1 : 0)
      if (state === 'finished') away.delete(host)
    },
  }
}
