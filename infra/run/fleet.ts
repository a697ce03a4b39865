import { styleText } from 'node:util'
import { pause } from '@logbook/chassis/async/pause.ts'
import { isReady, launch } from './launch.ts'
import { limits } from './limits.ts'
import type { Logs } from './logs.ts'
import { progressOf } from './progress.ts'
import { addressOf, type Place, type ServiceName, serviceNames, startOrder } from './services.ts'
import { Supervised } from './supervised.ts'

interface FleetOptions {
  place: Place
  dev: boolean
  logs: Logs
  /** Told when a service refuses to start, which no restart would mend. */
  onRefusal: (name: ServiceName) => void
}

/** All services of one Logbook. */
export interface Fleet {
  /** Starts all, and resolves when each can do its work or `signal` aborts. */
  start(signal: AbortSignal): Promise<void>
  restart(names: readonly ServiceName[]): Promise<void>
  /** Those that read the log end before the log does. */
  stop(): Promise<void>
  kill(): void
}

const warn = (message: string) => styleText('yellow', message)

export const createFleet = ({ place, dev, logs, onRefusal }: FleetOptions): Fleet => {
  const supervise = (name: ServiceName): Supervised =>
    new Supervised({
      launch: () => launch({ name, place, dev }),
      onLaunch: (child) => logs.attach(name, [child.stdout, child.stderr]),
      onDeath: ({ how, restartInMs }) =>
        logs.say(name, warn(`${name} ended (${how}); starting it again in ${restartInMs} ms`)),
      onRefusal: () => onRefusal(name),
    })
  const fleet = Object.fromEntries(serviceNames.map((name) => [name, supervise(name)])) as Record<
    ServiceName,
    Supervised
  >

  let ending = false

  const ready = async (name: ServiceName, signal: AbortSignal) => {
    const begun = performance.now()
    let said = false
    let toldAt = begun
    let last: string | undefined
    const tellProgress = async () => {
      if (performance.now() - toldAt < limits.progressMs) return
      toldAt = performance.now()
      const now = await progressOf(name, { url: addressOf(name, place), bus: addressOf('event-bus', place) })
      if (now !== undefined && now !== last) logs.say(name, now)
      last = now
    }
    while (!signal.aborted && !(await isReady(addressOf(name, place)))) {
      if (!said && performance.now() - begun > limits.readySlowMs) {
        said = true
        logs.say(name, warn(`${name} is not ready yet; its lines above may say why`))
      }
      await tellProgress()
      await pause(limits.readyPollMs, signal)
    }
  }

  return {
    async start(signal) {
      const [log, ...others] = startOrder
      fleet[log].start()
      // Nobody needs the log to start, but while it is away each would say so.
      await ready(log, signal)
      if (signal.aborted) return
      for (const name of others) fleet[name].start()
      // One may be ready before another has told the log something that makes it read again: all have to be at the same time.
      const all = async () => {
        const states = await Promise.all(startOrder.map((name) => isReady(addressOf(name, place))))
        return states.every(Boolean)
      }
      do await Promise.all(others.map((name) => ready(name, signal)))
      while (!signal.aborted && !(await all()))
    },
    async restart(names) {
      await Promise.all(
        names.map(async (name) => {
          await fleet[name].stop()
          if (!ending) fleet[name].start()
        }),
      )
    },
    async stop() {
      ending = true
      const [log, ...others] = startOrder
      await Promise.all(others.map((name) => fleet[name].stop()))
      await fleet[log].stop()
    },
    kill() {
      for (const service of Object.values(fleet)) service.kill()
    },
  }
}
