import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import type { Database } from '@logbook/chassis/sqlite.ts'
import { decodeEvent, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { type Answers, createAnswers } from './answers.ts'
import { type ChangeMessages, changeMessages } from './change-messages.ts'
import { appliedTypes, createProjections, type Projections, type Touched } from './projections/all.ts'

/** Who learns of what a view applies. A view that is being built beside the live one has nobody: its effects are gated. */
export interface Listener {
  touch(touched: Touched): void
  commit(page: { position: number; caughtUp: boolean }): void
}

/** One file with all that reads and writes it. */
export interface View {
  db: Database
  projections: Projections
  answers: Answers
  messages: ChangeMessages
  follower: Follower<LogbookEvent>
  /** Takes what is applied from now on to this listener, or to nobody. */
  tell(listener: Listener | undefined): void
  close(): Promise<void>
}

/** Reads the log into a file and answers from it. It follows from `follower.start()` on. */
export const createView = ({ bus, db, log }: { bus: Bus; db: Database; log: Logger }): View => {
  const projections = createProjections(db)
  let listener: Listener | undefined
  const answers = createAnswers(projections)
  const touch = (touched: Touched): void => {
    answers.threads.forget(touched.postId)
    listener?.touch(touched)
  }
  const follower = new Follower<LogbookEvent>({
    name: 'query',
    bus,
    db,
    log,
    decode: decodeEvent,
    types: appliedTypes,
    batch: {
      begin: () => projections.begin(),
      end: () => projections.end().forEach(touch),
    },
    apply(event) {
      const touched = projections.apply(event)
      if (touched) touch(touched)
    },
    onCommit: (page) => listener?.commit(page),
  })
  return {
    db,
    projections,
    answers,
    messages: changeMessages(projections),
    follower,
    tell(next) {
      listener = next
    },
    async close() {
      await follower.stop()
      db.close()
    },
  }
}
