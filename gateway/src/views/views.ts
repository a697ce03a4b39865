import type { IncomingMessage } from 'node:http'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { type Ids, systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { parseCountedView } from '@logbook/contracts/http/counted-view.ts'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import { Counter, type Registry } from 'prom-client'
import type { Caller } from '../callers/callers.ts'
import type { ClientAddress } from '../checks/client-address.ts'
import { limits } from '../limits.ts'
import type { Destination } from '../routes.ts'
import { agentOf, isCounted, referrerOf } from './counted.ts'
import { createDay, type Day, type SeenView } from './day.ts'

const source = '/gateway'
const minuteMs = 60_000

interface TallyOptions {
  clock: Pick<Clock, 'now'>
  ids: Ids
  onOutcome: (outcome: string, views?: number) => void
}

/** The views of today, and of days before that are not in the log yet. */
const createTally = ({ clock, ids, onOutcome }: TallyOptions) => {
  let today: Day | undefined
  let ended: Day[] = []
  let known = { minute: Number.NaN, timeZone: '', day: '' }

  /** It takes a while to find out, and days begin at whole minutes. */
  const dayOf = (timeZone: string): string => {
    const nowMs = clock.now().getTime()
    const minute = Math.floor(nowMs / minuteMs)
    if (known.minute !== minute || known.timeZone !== timeZone)
      known = { minute, timeZone, day: dayIn(nowMs, timeZone) }
    return known.day
  }

  const end = (): void => {
    if (today === undefined) return
    today.end()
    ended.push(today)
    today = undefined
    if (ended.length > limits.views.endedDaysMax) onOutcome('dropped', ended.shift()?.unrecordedViews())
  }

  return {
    count(timeZone: string, view: SeenView): void {
      const day = dayOf(timeZone)
      if (today?.day !== day) end()
      today ??= createDay({ day, counter: ids.next() })
      onOutcome(today.count(view))
    },
    /** What is not in the log yet. Without readers it is this that notices the end of a day. */
    unrecorded() {
      if (today !== undefined && today.day !== dayOf(known.timeZone)) end()
      ended = ended.filter((day) => !day.isRecorded())
      return [...ended, ...(today ? [today] : [])].flatMap((day) => day.unrecorded())
    },
  }
}

interface ViewsOptions {
  bus: Pick<Bus, 'append'>
  /** How often the counts are appended to the log. */
  everyMs: number
  clients: Pick<ClientAddress, 'networkOf'>
  /** The host of this blog. */
  publicHost: string
  metrics: Registry
  logger: Logger
  clock?: Pick<Clock, 'now'>
  ids?: Ids
}

/**
 * Counts how often posts are opened, and by how many browsers, and appends the counts to the log from time to time. What it knows of readers
 * is in memory, for a day, as hashes with a salt; a kill loses what was counted since the last append.
 */
export const createViews = (options: ViewsOptions) => {
  const { bus, everyMs, clients, publicHost, metrics, logger, clock = systemClock, ids = systemIds } = options
  const outcomes = new Counter({
    name: 'gateway_views_total',
    help: 'Views of posts: `counted`; `repeated`, more than one reader counts for; `crowded`, more than one network counts for; `dropped`, without room.',
    labelNames: ['outcome'],
    registers: [metrics],
  })
  const tally = createTally({
    clock,
    ids,
    onOutcome: (outcome, views = 1) => outcomes.inc({ outcome }, views),
  })

  const count = (req: IncomingMessage, text: string): void => {
    const view = parseCountedView(text)
    if (view === undefined) return
    const { postId, timeZone } = view
    const seen = { network: clients.networkOf(req), agent: agentOf(req) }
    tally.count(timeZone, { postId, ...seen, referrer: referrerOf(req, publicHost) })
  }

  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let hasEnded = false

  const append = async (data: EventData<'PostViewsCounted'>): Promise<void> => {
    const event = newEvent('PostViewsCounted', data)
    const dataversion = currentDataVersion(event.type)
    // It follows from no other event, and is true in any log.
    await bus.append([{ ...event, id: ids.next(), source, dataversion }], { log: undefined })
  }

  const recordAll = async (): Promise<void> => {
    for (const { counts, recorded } of tally.unrecorded()) {
      await append({ ...counts, countedAt: clock.now().toISOString() })
      recorded()
    }
  }

  /** Appends what was counted. What fails stays and is appended the next time, with what has come meanwhile. */
  const record = (): Promise<void> => {
    running = running.then(recordAll).catch((error: unknown) => {
      if (!hasEnded) logger.warn({ err: error }, 'views could not be recorded; it will be tried again')
    })
    return running
  }

  return {
    /** What to call with the `Counted-View` of the answer once this request is answered with a page; undefined for one that is no view. */
    observerOf(
      { req, destination: { to } }: { req: IncomingMessage; destination: Pick<Destination, 'to'> },
      { works }: Pick<Caller, 'works'>,
    ): ((view: string) => void) | undefined {
      if (to !== 'client' || works === true || !isCounted(req)) return undefined
      return (text) => {
        try {
          count(req, text)
        } catch (error) {
          // The page is what was asked for.
          logger.debug({ err: error }, 'a view could not be counted')
        }
      }
    },
    record,
    start(): void {
      timer = setInterval(record, everyMs).unref()
    },
    /** Appends what is left, if the log takes it soon. */
    async close(): Promise<void> {
      clearInterval(timer)
      let late: NodeJS.Timeout | undefined
      const inTime = await Promise.race([
        record().then(() => true),
        new Promise<false>((resolve) => {
          late = setTimeout(() => resolve(false), limits.views.lastAppendMsMax)
        }),
      ])
      clearTimeout(late)
      // Its failure comes when the log of this process may have ended.
      hasEnded = true
      if (!inTime) logger.warn('views since the last record are lost: the log did not take them in time')
    },
  }
}
export type Views = ReturnType<typeof createViews>
