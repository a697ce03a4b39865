import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { AgreedLog } from '@logbook/chassis/log/agreed-log.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Effect } from '../domain/notice.ts'
import type { Outbox } from './outbox.ts'
import { isOneLog, toldByView } from './told.ts'

interface NewsOptions {
  /** Of the view. */
  db: Database
  outbox: Outbox
  agreed: AgreedLog
  clock: Clock
  logger: Logger
}

/**
 * Which events are news, about which messages are sent, and which are history: all up to where the log was first read to its end. The outbox
 * outlives the view and knows where that was, so that a view that is built again skips no news, and repeats none.
 */
export const createNews = ({ db, outbox, agreed, clock, logger }: NewsOptions) => {
  const isMarked = db.prepare<[], number>('SELECT since FROM live').pluck()
  const mark = db.prepare<[number]>('INSERT INTO live (one, since) VALUES (1, ?) ON CONFLICT DO NOTHING')
  const { told } = outbox
  const ofView = toldByView(db)
  let isLive = isMarked.get() !== undefined
  /** Events with messages that wait, which the log was not seen to have. Undefined where it is not read from its first event. */
  let unseen: Set<string> | undefined

  const known = ofView.get()
  const before = told.get()
  // What an older copy waits to send may have been sent since it was made.
  if (known && before && isOneLog(known.log, before.log) && known.position > before.position) {
    const dropped = outbox.dropOpen()
    logger.warn(
      { dropped },
      'the outbox is older than the view: what waited in it is not sent, for it may have been',
    )
  }

  /** The log may lack what messages are about: it was restored, or replaced. */
  const beginOn = (position: number): void => {
    const its = told.get()
    const isSame = its !== undefined && isOneLog(its.log, agreed.current) && its.position <= position
    if (its !== undefined && !isSame && unseen !== undefined) outbox.dropOpen([...unseen])
    if (its?.log === undefined || !isSame)
      told.begin({ log: agreed.current, position }, clock.now().getTime())
    unseen = undefined
  }

  return {
    /** Call it before the first event: whether the view is read from the first event of the log. */
    readsAll(): void {
      if (!isLive) unseen = outbox.openEvents()
    },
    isNews({ id, position }: { id: string; position: number }): boolean {
      unseen?.delete(id)
      if (isLive) return true
      const its = told.get()
      return its !== undefined && isOneLog(its.log, agreed.current) && position > its.position
    },
    /** When the first message was sent, in ms. What was due by the clock before that may have been sent by an outbox that is lost. */
    sinceMs: (): number => told.get()?.sinceMs ?? 0,
    /** Part of the transaction of the view, and committed before it. */
    add(effects: readonly Effect[]): void {
      const position = Math.max(...effects.map((effect) => effect.position))
      outbox.add(effects, position)
      ofView.put({ log: agreed.current, position: told.get()?.position ?? position })
    },
    /** The log was read to its end. */
    caughtUp(position: number): void {
      if (!isLive || told.get() === undefined) beginOn(position)
      if (!isLive) mark.run(position)
      isLive = true
    },
  }
}
