import type { Clock } from '@logbook/chassis/clock.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'
import type { HandleJob } from './handle-job.ts'

interface PortraitsOptions {
  view: Pick<View, 'supersededPortraits'>
  handle: HandleJob
  clock: Clock
}

/** Keeps at most two portraits of a person: the one that is shown, and the newest that is not shown yet. */
export const createPortraits = ({ view, handle, clock }: PortraitsOptions) => {
  let dueAt = Number.NEGATIVE_INFINITY
  return {
    /** Somebody sent a portrait, chose one or withdrew it. */
    wake(): void {
      dueAt = clock.steady()
    },
    /** Removes what was superseded, if it is time to look. Call it often, while the view is up to date. */
    async tidy(): Promise<void> {
      if (clock.steady() < dueAt) return
      dueAt = clock.steady() + limits.portraitCheckMs
      const at = clock.now().toISOString()
      const before = new Date(Date.parse(at) - limits.portraitUnshownMsMax).toISOString()
      for (const id of view.supersededPortraits(before))
        try {
          await handle(id, { kind: 'remove', at, caller: { kind: 'service', name: 'media' } })
        } catch (error) {
          // Its owner was erased meanwhile.
          if (!isProblem(error, 'gone') && !isProblem(error, 'not-found')) throw error
        }
    },
  }
}
