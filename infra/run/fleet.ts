import type { ChildProcess } from 'node:child_process'
import { styleText } from 'node:util'
import { pause } from '@logbook/chassis/async/pause.ts'
import { isReady, launch, launchTogether, onListening } from './launch.ts'
import { limits } from './limits.ts'
import { type Logs, type ProcessName, wholeName } from './logs.ts'
import { progressOf } from './progress.ts'
import { addressOf, frontNames, type Place, type ServiceName, startOrder } from './services.ts'
import { Supervised } from './supervised.ts'

interface FleetOptions {
  place: Place
  dev: boolean
  /** All services in one process instead of one for each. */
  oneProcess: boolean
  logs: Logs
  /** Told when a process refuses to start, which no restart would mend. */
  onRefusal: (name: ProcessName) => void
}

/** All services of one Logbook. */
export interface Fleet {
  /** Starts the log, and once the pages are built all others. Resolves when each can do its work or `signal` aborts. */
  start(signal: AbortSignal, pages: Promise<void>): Promise<void>
  restart(names: readonly ServiceName[]): Promise<void>
  /** Those that read the log end before the log does. */
  stop(): Promise<void>
  kill(): void
}

const warn = (message: string) => styleText('yellow', message)

interface Member {
  name: ProcessName
  /** The services that run in it. */
  runs: readonly ServiceName[]
  launch: () => ChildProcess
}

/** What is launched, the process of the log first. */
const membersOf = ({ place, dev, oneProcess }: FleetOptions): [Member, ...Member[]] => {
  const single = (name: ServiceName) => ({ name, runs: [name], launch: () => launch({ name, place, dev }) })
  const [log, ...others] = startOrder
  if (!oneProcess) return [single(log), ...others.map(single)]
  return [
    {
      name: wholeName,
      runs: startOrder,
      launch: () => launchTogether({ names: startOrder, place }, { small: true }),
    },
  ]
}

/** Those that ask the others first, in a process of their own each. */
const stopInOrder = async (
  members: readonly { runs: readonly ServiceName[]; supervised: Supervised }[],
): Promise<void> => {
  for (const name of frontNames)
    await members.find(({ runs }) => runs.length === 1 && runs[0] === name)?.supervised.stop()
  await Promise.all(members.map(({ supervised }) => supervised.stop()))
}

export const createFleet = (options: FleetOptions): Fleet => {
  const { place, logs, onRefusal } = options
  const listening = new Set<string>()
  const supervise = ({ name, ...member }: Member) => ({
    ...member,
    supervised: new Supervised({
      launch: member.launch,
      onLaunch: (child) => {
        for (const each of member.runs) listening.delete(each)
        onListening(child, (each) => listening.add(each))
        logs.attach(name, [child.stdout, child.stderr])
      },
      onDeath: ({ how, restartInMs }) =>
        logs.say(name, warn(`${name} ended (${how}); starting it again in ${restartInMs} ms`)),
      onRefusal: () => onRefusal(name),
    }),
  })
  const [log, ...others] = membersOf(options)
  const [ofLog, ofOthers] = [supervise(log), others.map(supervise)]
  const fleet = [ofLog, ...ofOthers]

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
    while (!signal.aborted && !(listening.has(name) && (await isReady(addressOf(name, place))))) {
      if (!said && performance.now() - begun > limits.readySlowMs) {
        said = true
        logs.say(name, warn(`${name} is not ready yet; its lines above may say why`))
      }
      await tellProgress()
      await pause(limits.readyPollMs, signal)
    }
  }

  return {
    async start(signal, pages) {
      if (ofLog.runs.includes('client')) await pages
      if (signal.aborted) return
      ofLog.supervised.start()
      // No service needs the log to start, but each would log that it is down.
      await Promise.all([pages, ...ofLog.runs.map((name) => ready(name, signal))])
      if (signal.aborted) return
      for (const { supervised } of ofOthers) supervised.start()
      // One may be ready before another has told the log something that makes it read again: all have to be at the same time.
      const all = async () => {
        const states = await Promise.all(startOrder.map((name) => isReady(addressOf(name, place))))
        return states.every(Boolean)
      }
      do await Promise.all(startOrder.map((name) => ready(name, signal)))
      while (!signal.aborted && !(await all()))
    },
    async restart(names) {
      const running = fleet.filter(({ runs }) => runs.some((name) => names.includes(name)))
      await Promise.all(
        running.map(async ({ supervised }) => {
          await supervised.stop()
          if (!ending) supervised.start()
        }),
      )
    },
    async stop() {
      ending = true
      await stopInOrder(ofOthers)
      await ofLog.supervised.stop()
    },
    kill() {
      for (const { supervised } of fleet) supervised.kill()
    },
  }
}
