import type { Clock } from '@logbook/chassis/clock.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { MediaCommand } from '../domain/decide.ts'
import { hostOf } from '../domain/link-host.ts'
import type { MediaEvent, Medium } from '../domain/medium.ts'
import { limits } from '../limits.ts'
import type { Queue } from '../read-model/queue.ts'
import type { View } from '../read-model/view.ts'
import type { HandleJob } from './handle-job.ts'

interface Resting {
  /** The one job that tries the host; undefined once it gave up, and the others of the host with it. */
  triedBy: string | undefined
  reason: string
  untilMs: number
}

type Failure = Pick<Extract<MediaCommand, { kind: 'fail' }>, 'how' | 'reason' | 'fault'>

interface HostsOptions {
  handle: HandleJob
  queue: Pick<Queue, 'ofHost'>
  view: Pick<View, 'one'>
  clock: Clock
}

export type UnreachableHosts = ReturnType<typeof createUnreachableHosts>

/**
 * Hosts of links that could not be reached, by name or connection. One job goes on trying such a host; the others wait for how that ends,
 * for some minutes at most. In memory: after a start, each host is tried again.
 */
export const createUnreachableHosts = ({ handle, queue, view, clock }: HostsOptions) => {
  const resting = new Map<string, Resting>()
  const current = (): Map<string, Resting> => {
    for (const [host, { untilMs }] of resting) if (clock.steady() >= untilMs) resting.delete(host)
    return resting
  }
  const forget = (url: string | null): void => {
    const host = hostOf(url)
    if (host !== null) resting.delete(host)
  }
  const isAway = (host: string, { id, reason, isLast }: { id: string; reason: string; isLast: boolean }) => {
    const { triedBy = id } = current().get(host) ?? {}
    // Another job that had begun before the host was known to be away says nothing new.
    if (triedBy !== id) return
    if (!resting.has(host) && resting.size >= limits.hostsRestingMax) return
    const untilMs = clock.steady() + limits.hostRestMs
    resting.set(host, { triedBy: isLast ? undefined : id, reason, untilMs })
  }

  return {
    /** An attempt failed, after which the medium is so. */
    failed(medium: Medium, { how, reason, fault }: Failure): void {
      if (medium.status === 'absent' || how === 'later' || fault === undefined) return
      const { id, request, status } = medium
      const host = hostOf(request.url)
      if (fault === 'outside') forget(request.url)
      if (fault === 'host' && host !== null) isAway(host, { id, reason, isLast: status === 'parked' })
    },
    /** The host of a link answered. */
    forget,
    /** A person who retries or cancels a job wants its host tried, or ended the one job that did. */
    changed(events: readonly MediaEvent[]): void {
      for (const { type, data } of events)
        if (type === 'MediaRetried' || type === 'MediaCancelled')
          forget(view.one(data.id)?.request.url ?? null)
    },
    /** The hosts whose jobs are not begun, but for those that try them. */
    resting(): { hosts: string[]; triedBy: string[] } {
      const triedBy = [...current().values()].flatMap((each) => each.triedBy ?? [])
      return { hosts: [...resting.keys()], triedBy }
    },
    /** Parks jobs that wait for hosts that were given up, some at a time. */
    async giveUp(): Promise<void> {
      for (const [host, { triedBy, reason }] of current())
        for (const id of triedBy === undefined ? queue.ofHost(host, limits.givenUpMax) : [])
          try {
            await handle(id, { kind: 'give-up', reason, at: clock.now().toISOString() })
          } catch (error) {
            if (!isProblem(error, 'conflict') && !isProblem(error, 'gone')) throw error
          }
    },
  }
}
