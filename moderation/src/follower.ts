import type { Clock } from '@logbook/chassis/clock.ts'
import { causeAttributes } from '@logbook/chassis/command/cause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import { type Due, Reactions } from '@logbook/chassis/follow/reactions.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import type { EventData, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { moderationSubject } from '@logbook/contracts/events/moderation.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { erasureEventsFor } from '@logbook/contracts/personal.ts'
import { isJudged, type Judgement } from './domain/judgement.ts'
import { limits } from './limits.ts'
import { createApply, type DueVerdict, followedTypes } from './read-model/apply.ts'
import { personEraser } from './read-model/erase-person.ts'

export const source = '/moderation'

interface FollowerOptions {
  bus: Bus
  db: Database
  logger: Logger
  clock: Clock
  judgements: CommandHandler<Judgement, LogbookEvent<'CommentModerated'>>
  /** Drops cached streams. */
  forget: () => void
  /** Called when the log is another one than the checkpoint belongs to. */
  onOtherLog: () => void
}

const decode = decodeOf(followedTypes)

const isConflict = (error: unknown): boolean => isProblem(error, 'version-conflict')

/** Follows comments and appends one verdict for each revision, also across restarts and concurrent verdicts of moderators. */
export const createModerationFollower = (options: FollowerOptions) => {
  const { bus, db, logger, clock, judgements, forget, onOtherLog } = options
  const append = (due: Due<DueVerdict>, expected: number) =>
    bus.append([
      {
        id: derivedId('moderation', due.id),
        source,
        type: 'CommentModerated',
        subject: moderationSubject(due.payload.verdict.id),
        dataversion: currentDataVersion('CommentModerated'),
        expectedversion: expected === 0 ? 'none' : expected,
        causationid: due.id,
        ...causeAttributes(due.payload),
        data: due.payload.verdict satisfies EventData<'CommentModerated'>,
      },
    ])

  const react = async (due: Due<DueVerdict>): Promise<void> => {
    let expected = due.payload.verdictsSeen
    for (let attempt = 0; attempt < limits.answerAttemptsMax; attempt++) {
      try {
        await append(due, expected)
        return
      } catch (error) {
        // An older or newer release appended another verdict for this event under the same id. The verdict in the log counts.
        if (isProblem(error, 'id-conflict')) return
        if (!isConflict(error)) throw error
      }
      // Another verdict was appended meanwhile. If it is on this revision, this one is obsolete; otherwise append after it.
      const { state, version } = await judgements.load(moderationSubject(due.payload.verdict.id))
      if (isJudged(state, due.payload.verdict.revision)) return
      expected = version
    }
    throw new Problem('version-conflict', { detail: 'Other verdicts on this comment kept coming in.' })
  }

  const reactions = new Reactions<DueVerdict>({ db, logger, react })
  const erasePerson = personEraser(db, reactions)
  return new Follower({
    ...{ name: 'moderation', bus, db, logger, onOtherLog },
    ...{ decode, types: followedTypes, reactions },
    apply: createApply({ db, reactions }),
    erasure: {
      ...{ events: erasureEventsFor('moderation'), source, clock, forget },
      purge: ({ personId }) => erasePerson(personId),
    },
  })
}
