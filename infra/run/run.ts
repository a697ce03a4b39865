import { operator } from '@logbook/contracts/identity.ts'
import { setupLink } from './ask-accounts.ts'
import { banner } from './banner.ts'
import { buildClient } from './client-build.ts'
import { createFleet } from './fleet.ts'
import { limits } from './limits.ts'
import { createLogs, wholeName } from './logs.ts'
import { refusedPorts } from './ports.ts'
import { serviceToken } from './service-tokens.ts'
import { addressOf, type Place, type ServiceName } from './services.ts'
import { welcome } from './welcome.ts'

interface Run {
  place: Place
  dev: boolean
  json: boolean
  /** All services in one process instead of one for each. */
  oneProcess: boolean
}

const exitCodes = { well: 0, refused: 1 } as const

const say = (text: string) => process.stderr.write(`${text}\n`)

/**
 * Runs a whole Logbook until it is told to stop, and resolves to the exit code. What it says itself goes to standard error;
 * standard output is the services' log.
 */
export const run = async ({ place, dev, json, oneProcess }: Run): Promise<number> => {
  const refused = await refusedPorts(place)
  if (refused.length > 0) {
    say(refused.join('\n'))
    return exitCodes.refused
  }
  const colours = process.stdout.hasColors?.() ?? false
  const stopping = new AbortController()
  let exitCode: number = exitCodes.well
  const fleet = createFleet({
    place,
    dev,
    oneProcess,
    logs: createLogs({ json, colours, out: process.stdout }),
    onRefusal: (name) => {
      say(
        `${name === wholeName ? 'Logbook' : name} does not start, for the reason above. Nothing was changed.`,
      )
      exitCode = exitCodes.refused
      stopping.abort()
    },
  })
  const stopListening = listenForTheEnd({ stopping, kill: () => fleet.kill() })
  try {
    const pages = dev
      ? Promise.resolve()
      : buildClient({ onBuild: () => say('Building the pages. This takes a moment …') })
    await fleet.start(stopping.signal, pages)
    const restart = (names: readonly ServiceName[]) => {
      say(`Changed: restarting ${names.join(', ')}`)
      void fleet.restart(names)
    }
    const watching = dev ? await (await import('./changes.ts')).watchSources(restart) : undefined
    if (!stopping.signal.aborted) {
      const isNew = await greet(place)
      const setup = await ownerLink(place)
      if (!json) say(banner({ place, colours, dev, isNew, setup }))
    }
    await aborted(stopping.signal)
    await watching?.close()
  } finally {
    await fleet.stop()
    stopListening()
  }
  return exitCode
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** A blog without its first post is still a blog: failing at it is said, not died of. */
const greet = async (place: Place): Promise<boolean> => {
  try {
    return await welcome({
      busUrl: addressOf('event-bus', place),
      token: serviceToken(operator, place.dataFolder),
      postsUrl: addressOf('posts', place),
      queryUrl: addressOf('query', place),
    })
  } catch (error) {
    say(`The first post could not be written: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/** Likewise: it can be asked for again by another start. */
const ownerLink = (place: Place): Promise<string | undefined> =>
  setupLink(place).catch((error: unknown) => {
    say(`The link for the owner could not be had: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  })

/** The first signal stops in order, the second at once. Also stops when the npm that started this is gone. */
const listenForTheEnd = ({
  stopping,
  kill,
}: {
  stopping: AbortController
  kill: () => void
}): (() => void) => {
  let begunAt = 0
  const end = () => {
    if (stopping.signal.aborted) return performance.now() - begunAt > limits.sameSignalMs ? kill() : undefined
    begunAt = performance.now()
    say('Stopping …')
    stopping.abort()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, end)
  const parent = process.ppid
  const orphaned = setInterval(() => {
    if (process.ppid !== parent && !stopping.signal.aborted) end()
  }, limits.parentPollMs)
  return () => {
    clearInterval(orphaned)
    for (const signal of signals) process.off(signal, end)
  }
}
