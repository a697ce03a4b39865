import type { Logger } from '@logbook/chassis/logger.ts'
import type { EventToAppend } from '@logbook/contracts/envelope.ts'
import { limits } from '../limits.ts'
import type { GroupCommit } from '../log/group-commit.ts'
import type { EventParser } from './parse-events.ts'

/** What the bus itself has to say at the moment. The id of each event follows from what it says, so that the log has it once. */
export type OwnEvents = () => readonly EventToAppend[]

interface OwnEventsOptions {
  events: OwnEvents
  commit: Pick<GroupCommit, 'append'>
  parseEvents: EventParser
  logger: Logger
}

/** Appends the bus's own events: looks for them every `ownEventsMs`, never at the start, so that a short run leaves the log as it was. */
export const createOwnEvents = ({ events, commit, parseEvents, logger }: OwnEventsOptions) => {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const appended = new Set<string>()

  const look = async (): Promise<void> => {
    for (const event of events()) {
      if (event.id === undefined || appended.has(event.id)) continue
      const request = parseEvents([event], JSON.stringify(event).length)
      const [outcome] = await commit.append([request], JSON.stringify(event).length)
      if (outcome?.kind === 'refused') throw outcome.problem
      appended.add(event.id)
    }
  }
  const soon = (): void => {
    running = running.then(look).catch((error: unknown) => {
      logger.warn({ err: error }, 'an event of the bus could not be appended; it will be tried again')
    })
  }
  return {
    start(): void {
      timer = setInterval(soon, limits.ownEventsMs).unref()
    },
    /** Looks now. Resolves when done. */
    look(): Promise<void> {
      soon()
      return running
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
