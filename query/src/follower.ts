import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { erasureEventsFor } from '@logbook/contracts/personal.ts'
import { type ChangeMessages, changeMessages } from './changes/messages.ts'
import type { ViewFiles } from './open.ts'
import { type Answers, createAnswers } from './pages/answers.ts'
import { appliedTypes, createProjections, type Projections } from './projections/all.ts'
import { isTakeDown } from './projections/take-down.ts'
import type { Touched } from './projections/touched.ts'
import { isVote } from './projections/votes.ts'
import { createRelated, type Related } from './related/related.ts'
import { createSearch, type Search } from './search/search.ts'

export const source = '/query'

/** Notified of what a view applies. A view that is being built beside the live one has no listener. */
export interface Listener {
  touch(touched: Touched): void
  /** A person has voted. */
  voted(personId: string): void
  /** A person has an account now. */
  joined(personId: string): void
  /** The search index has read posts that were touched before. */
  indexed(): void
  /** A person was erased: no answer that was prepared before may be sent again. */
  forget(): void
  /** The picture of a person changed, which the pages of these posts show; undefined is any page. */
  pictured(postIds: readonly string[] | undefined): void
  /** What any page may show changed: the settings. */
  renew(): void
  commit(page: { position: number; caughtUp: boolean }): void
}

/** The files of a view with everything that reads and writes them. */
export interface View {
  db: Database
  search: Search
  projections: Projections
  answers: Answers
  related: Related
  messages: ChangeMessages
  follower: Follower<LogbookEvent>
  /** True if one of its files is of another log. */
  readonly differs: boolean
  /** Notifies this listener from now on; undefined ends it. */
  listen(listener: Listener | undefined): void
  close(): Promise<void>
}

interface ViewOptions {
  bus: Bus
  files: ViewFiles
  logger: Logger
  clock: Clock
  /** The language of the blog until its settings are changed for the first time. */
  language?: string
  /** Called at most once per file when the log is not the one that it was read from. The file follows no more. */
  onOtherLog?: () => void
}

/** Reads the log into its files, from `follower.start()` on, and answers from them. */
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
  const onOtherLog = () => [follower.quiet(), options.onOtherLog?.()]
  const onCommit = () => follower.otherCommitted()
  const onTopics = () => listener?.indexed()
  const search = createSearch({ bus, db: searchDb, logger, onOtherLog, onTopics, onCommit })
  const follower: View['follower'] = new Follower<LogbookEvent>({
    ...{ name: 'query', bus, db, logger, onOtherLog },
    ...{ decode: decodeOf(appliedTypes), types: appliedTypes },
    erasure: {
      ...{ events: erasureEventsFor('query'), others: [search.file], source, clock },
      // Only the live view confirms erasures.
      answers: () => listener !== undefined,
      purge(erasure) {
        const { touched, wasHeld } = projections.erasePerson(erasure)
        touched.forEach(touch)
        return wasHeld
      },
      forget: () => listener?.forget(),
    },
    batch: { begin: () => projections.begin(), end: () => projections.end().forEach(touch) },
    apply(event) {
      const touched = projections.apply(event)
      if (touched) touch(touched)
      if (isVote(event)) listener?.voted(event.data.voterId)
      if (event.type === 'PostViewsCounted') projections.figures.apply(event)
      if (event.type === 'UserRegistered') listener?.joined(event.data.id)
      if (event.type === 'DigestIssued' && projections.digests.apply(event)) listener?.renew()
      if (event.type === 'BlogSettingsChanged' && projections.settings.apply(event)) listener?.renew()
      if (event.type === 'UserPictured' && projections.portraits.apply(event))
        listener?.pictured(projections.portraits.shownOn(event.data.id))
      if (isTakeDown(event)) {
        projections.takeDown(event)
        follower.purged(event)
      }
    },
    onCommit(page) {
      listener?.commit(page)
      // Pages first: the search index waits until they have caught up.
      if (page.caughtUp) search.start()
    },
  })
  return {
    db,
    search,
    projections,
    answers,
    related: createRelated({
      ...{ projections, topics: search.topics },
      language: () => projections.settings.current()?.language ?? options.language ?? 'en',
    }),
    messages: changeMessages(projections),
    follower,
    get differs() {
      return follower.differs || search.follower.differs
    },
    listen(next) {
      listener = next
    },
    async close() {
      await follower.stop()
      await search.close()
      db.close()
    },
  }
}
