import type { Bus } from '../log/bus.ts'
import type { LogStore } from '../log/log-store.ts'
import { Problem } from '../problem.ts'
import { busOver } from './memory-bus.ts'

/** A bus whose log is exchanged while services run over it, as by a restore: followers are cut off, and have to start again. */
export const exchangeableBus = (first: LogStore): { bus: Bus; exchange: (next: LogStore) => void } => {
  let [current, cut] = [busOver(first), new AbortController()]
  const bus: Bus = {
    agreed: current.agreed,
    append: (events, decidedBy) => current.append(events, decidedBy),
    read: (request) => current.read(request),
    readStream: (subject, after) => current.readStream(subject, after),
    async *follow(request) {
      const { signal } = cut
      yield* current.follow({ ...request, signal: AbortSignal.any([request.signal, signal]) })
      if (signal.aborted) throw new Problem('unavailable', { detail: 'The bus was stopped.' })
    },
  }
  return {
    bus,
    exchange(next) {
      cut.abort()
      ;[current, cut] = [busOver(next, { agreed: bus.agreed }), new AbortController()]
    },
  }
}
