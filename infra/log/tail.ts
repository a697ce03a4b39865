import { once } from 'node:events'
import { repeat } from '@logbook/chassis/async/repeat.ts'
import { isTransient } from '@logbook/chassis/async/retry.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { openBus } from '@logbook/chassis/sealing/open-bus.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { eventTypes } from '@logbook/contracts/events/catalog.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { limits } from './limits.ts'
import { printable } from './printable.ts'
import { headOf, type RunningBlog } from './running-blog.ts'

export interface TailOptions {
  /** Events of these types alone. */
  types?: readonly string[] | undefined
  /** The position of the first event; without it, only events that are appended from now on. */
  from?: number | undefined
  /** Events of this stream alone. */
  subject?: string | undefined
  /** Prints each event whole, as one JSON object a line. */
  json: boolean
}

interface Output {
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WritableStream
}

const lineOf = (event: RecordedEvent, { json }: Pick<TailOptions, 'json'>): string => {
  const { position, time, type, subject, data } = event
  const text = json ? JSON.stringify(event) : `${position} ${time} ${type} ${subject} ${JSON.stringify(data)}`
  return `${printable(text)}\n`
}

const warnOfUnknown = (types: readonly string[], stderr: NodeJS.WritableStream): void => {
  const unknown = types.filter((type) => !eventTypes.some((known) => known === type))
  if (unknown.length > 0)
    stderr.write(`${unknown.join(', ')}: not a type of Logbook; waiting for it anyway.\n`)
}

/**
 * Prints the events of the running blog, personal data unsealed, until the signal aborts. A bus or accounts that is away is waited for, which
 * is said on stderr. Throws `Refused` where the blog does not run at the start, or where the log ends before `from`.
 */
export const tail = async (
  blog: RunningBlog,
  { types, from, subject, json }: TailOptions,
  { signal, stdout, stderr }: Output & { signal: AbortSignal },
): Promise<void> => {
  const head = await headOf(blog)
  warnOfUnknown(types ?? [], stderr)
  let after = from === undefined ? head : from - 1
  if (after > head) throw new Refused(`The log ends at position ${head}, before ${from}.`)
  let isAway = false
  const away = (error: unknown): void => {
    if (!isAway) stderr.write(`Waiting: ${error instanceof Error ? error.message : String(error)}\n`)
    isAway = true
  }
  const { bus, close } = openBus({
    ...{ ...blog, serviceToken: blog.token, source: '/operator', logger: silentLogger, personal },
  })
  try {
    const turn = async (progressed: () => void): Promise<void> => {
      const request = { after, signal, onAway: away, ...(types ? { types } : {}) }
      for await (const page of bus.follow(request)) {
        progressed()
        isAway = false
        for (const event of page.events)
          if (subject === undefined || event.subject === subject)
            if (!stdout.write(lineOf(event, { json }))) await once(stdout, 'drain', { signal })
        after = page.position
      }
    }
    await repeat(turn, {
      ...{ signal, backoffMs: limits.retryMs },
      onFailure(error) {
        if (isProblem(error, 'conflict')) throw new Refused(error.message, { cause: error })
        if (!isTransient(error)) throw error
        away(error)
      },
    })
  } finally {
    close()
  }
}
