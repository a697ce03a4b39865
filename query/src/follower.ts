import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { createErasures, type Erasures } from '@logbook/chassis/sealing/erasures.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { confirmationBy } from '@logbook/contracts/personal.ts'
import { type ChangeMessages, changeMessages } from './changes/messages.ts'
import type { ViewFiles } from './open.ts'
import { type Answers, createAnswers } from './pages/answers.ts'
import { appliedTypes, createProjections, type Projections, type Touched } from './projections/all.ts'
import { isTakeDown } from './projections/take-down.ts'
import { isVote } from './projections/votes.ts'
import { createSearch, type Search } from './search/search.ts'

export const source = '/query'

/** Who learns of what a view applies. A view that is being built beside the live one has nobody: its effects are gated. */
export interface Listener {
  touch(touched: Touched): void
  /** A person has voted. */
  voted(personId: string): void
  /** Somebody was erased: nothing of what was prepared before may be shown again. */
  forget(): void
  /** The settings changed, which any page shows. */
  renew(): void
  commit(page: { position: number; caughtUp: boolean }): void
}

/** Its files with all that reads and writes them. */
export interface View {
  db: Database
  search: Search
  projections: Projections
  answers: Answers
  messages: ChangeMessages
  follower: Follower<LogbookEvent>
  erasures: Pick<Erasures, 'status'>
  /** True where one of its files is known to be of another log. */
  readonly differs: boolean
  /** Takes what is applied from now on to this listener, or to nobody. */
  tell(listener: Listener | undefined): void
  close(): Promise<void>
}

interface ViewOptions {
  bus: Bus
  files: ViewFiles
  logger: Logger
  clock: Clock
  /** The log is not the one that its files were read from: they follow no more. Called at most once for each of them. */
  onOtherLog?: () => void
}

/** Reads the log into its files and answers from them. It follows from `follower.start()` on. */
export const createView = (options: ViewOptions): View => {
  const { bus, logger, clock } = options
  const { db, searchDb } = options.files
  const projections = createProjections(db)
  let listener: Listener | undefined
  const answers = createAnswers(projections)
  const touch = (touched: Touched): void => {
    answers.threads.forget(touched.postId)
    listener?.touch(touched)
  }
  // A view that is being built beside the live one says nothing: the live one does.
  const answerErasures = (): void =>
    erasures.committed({ caughtUp: follower.caughtUp, answers: listener !== undefined })
  const onOtherLog = () => [erasures.stop(), options.onOtherLog?.()]
  const search = createSearch({ bus, db: searchDb, logger, onOtherLog, onCommit: answerErasures })
  const erasures = createErasures({
    ...{ bus, db, logger, clock, source },
    ...{ others: [search.file], confirmation: confirmationBy('query') },
    purge(erasure) {
      const { touched, wasHeld } = projections.erasePerson(erasure)
      touched.forEach(touch)
      return wasHeld
    },
    forget: () => listener?.forget(),
  })
  const follower = new Follower<LogbookEvent>({
    ...{ name: 'query', bus, db, logger },
    decode: decodeOf(appliedTypes),
    types: appliedTypes,
    batch: { begin: () => projections.begin(), end: () => projections.end().forEach(touch) },
    apply(event) {
      const touched = projections.apply(event)
      if (touched) touch(touched)
      if (isVote(event)) listener?.voted(event.data.voterId)
      if (event.type === 'BlogSettingsChanged' && projections.settings.apply(event)) listener?.renew()
      if (isTakeDown(event)) {
        projections.takeDown(event)
        erasures.purged(event)
      }
      if (event.type === 'UserErased')
        erasures.erased({ id: event.id, position: event.position, personId: event.data.id })
      if (event.type === 'ErasureConfirmed' && event.data.service === 'query')
        erasures.confirmed(event.causationid)
    },
    onOtherLog,
    onCommit(page) {
      answerErasures()
      listener?.commit(page)
      // Pages first: until they are all there, nothing else takes this process's time.
      if (page.caughtUp) search.start()
    },
  })
  return {
    db,
    search,
    projections,
    answers,
    messages: changeMessages(projections),
    follower,
    erasures,
    get differs() {
      return follower.differs || search.follower.differs
    },
    tell(next) {
      listener = next
    },
    async close() {
      await follower.stop()
      await search.close()
      await erasures.stop()
      db.close()
    },
  }
}
