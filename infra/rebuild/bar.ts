import type { WriteStream } from 'node:tty'
import type { RebuildStatus } from '@logbook/contracts/http/rebuild.ts'
import { Presets, SingleBar } from 'cli-progress'

const rateOf = ({ eventsPerSecond, secondsLeft, state }: RebuildStatus): string => {
  if (state !== 'building') return state
  if (eventsPerSecond === null || secondsLeft === null) return '…'
  return `${eventsPerSecond} events/s, ${secondsLeft} s left`
}

/** Shows how far a rebuild is; a plain line at its end without a terminal. */
export const progressBar = (stream: NodeJS.WriteStream & Partial<WriteStream>) => {
  const bar = new SingleBar(
    { format: '{bar} {percentage}% | {value} of {total} events | {rate}', stream, hideCursor: true },
    Presets.shades_classic,
  )
  let shown = false
  const update = (status: RebuildStatus): void => {
    const total = Math.max(1, status.target)
    if (!shown) bar.start(total, 0, { rate: '…' })
    shown = true
    bar.setTotal(total)
    bar.update(Math.min(status.position, total), { rate: rateOf(status) })
  }
  return {
    show: update,
    end(status: RebuildStatus): void {
      if (shown) update({ ...status, position: status.fault === null ? status.target : status.position })
      bar.stop()
    },
  }
}
