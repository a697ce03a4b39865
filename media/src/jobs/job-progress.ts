import { EventEmitter } from 'node:events'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { MediaProgress } from '@logbook/contracts/http/media.ts'
import type { Medium } from '../read-model/view.ts'

interface Seen extends Pick<MediaProgress, 'step' | 'bytes' | 'total'> {
  lease: number
  atMs: number
  rate: number | null
}

/** Weight of a new rate in the moving average. */
const freshShare = 0.3

export type JobProgress = ReturnType<typeof createJobProgress>

/** Progress of running jobs in memory; the log has it only once a second or less. `watch` subscribes to changes of one medium. */
export const createJobProgress = ({ clock }: { clock: Clock }) => {
  const seen = new Map<string, Seen>()
  const changes = new EventEmitter().setMaxListeners(0)

  const rateAfter = (before: Seen | undefined, now: Omit<Seen, 'rate'>): number | null => {
    if (before === undefined || before.lease !== now.lease || before.step !== now.step) return null
    const ms = now.atMs - before.atMs
    if (ms <= 0 || now.bytes < before.bytes) return before.rate
    const rate = ((now.bytes - before.bytes) * 1_000) / ms
    return before.rate === null ? rate : before.rate + (rate - before.rate) * freshShare
  }

  return {
    report(id: string, report: Pick<Seen, 'lease' | 'step' | 'bytes' | 'total'>): void {
      const now = { ...report, atMs: clock.steady() }
      seen.set(id, { ...now, rate: rateAfter(seen.get(id), now) })
      changes.emit(id)
    },
    /** Call it for an event of this medium. */
    changed(id: string, { isOver }: { isOver: boolean }): void {
      if (isOver) seen.delete(id)
      changes.emit(id)
    },
    progressOf({ id, status, lease, progress }: Medium): MediaProgress | null {
      if (status !== 'claimed') return null
      const own = seen.get(id)
      if (own === undefined || own.lease !== lease)
        return progress && { ...progress, rate: null, secondsLeft: null }
      const { step, bytes, total, rate } = own
      const left = total === null || !rate ? null : Math.max(0, (total - bytes) / rate)
      return { step, bytes, total, rate: rate && Math.round(rate), secondsLeft: left && Math.ceil(left) }
    },
    /** Calls `onChange` until the returned function is called. */
    watch(id: string, onChange: () => void): () => void {
      changes.on(id, onChange)
      return () => void changes.off(id, onChange)
    },
  }
}
