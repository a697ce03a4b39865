import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import { type Due, Reactions } from '@logbook/chassis/follow/reactions.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import type { Database } from '@logbook/chassis/sqlite.ts'
import { decodeEvent, type EventData, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { moderationSubject } from '@logbook/contracts/events/moderation.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { createApply, followedTypes, type Owed } from './apply.ts'
import { covers, type Judgement } from './judgement.ts'
import { limits } from './limits.ts'

export const source = '/moderation'

export interface Reactor {
  follower: Follower<LogbookEvent>
  reactions: Reactions<Owed>
}

interface ReactorOptions {
  bus: Bus
  db: Database
  log: Logger
  judgements: CommandHandler<Judgement, LogbookEvent<'CommentModerated'>>
}

const isConflict = (error: unknown): boolean => isProblem(error, 'version-conflict')

/** Follows comments and answers each text with one verdict, whoever else judges meanwhile and however often it starts anew. */
export const createReactor = ({ bus, db, log, judgements }: ReactorOptions): Reactor => {
  const append = (due: Due<Owed>, expected: number) =>
    bus.append([
      {
        id: derivedId('moderation', due.id),
        source,
        type: 'CommentModerated',
        subject: moderationSubject(due.payload.verdict.id),
        dataversion: currentDataVersion('CommentModerated'),
        expectedversion: expected === 0 ? 'none' : expected,
        causationId: due.id,
        ...(due.payload.correlationId === undefined ? {} : { correlationId: due.payload.correlationId }),
        data: due.payload.verdict satisfies EventData<'CommentModerated'>,
      },
    ])

  const react = async (due: Due<Owed>): Promise<void> => {
    let expected = due.payload.verdictsSeen
    for (let attempt = 0; attempt < limits.answerAttemptsMax; attempt++) {
      try {
        await append(due, expected)
        return
      } catch (error) {
        // Another release answered this very event otherwise. The log has its verdict, and that is what counts.
        if (isProblem(error, 'id-conflict')) return
        if (!isConflict(error)) throw error
      }
      // Someone judged meanwhile: this text, and all is done, or an older one, and the verdict is due on top of that.
      const { state, version } = await judgements.load(moderationSubject(due.payload.verdict.id))
      if (covers(state, due.payload.verdict.revision)) return
      expected = version
    }
    throw new Problem('version-conflict', { detail: 'Others kept judging this comment meanwhile.' })
  }

  const reactions = new Reactions<Owed>({ db, log, react })
  const follower = new Follower<LogbookEvent>({
    name: 'moderation',
    bus,
    db,
    log,
    decode: decodeEvent,
    types: followedTypes,
    apply: createApply({ db, reactions }),
    onCommit: ({ caughtUp }) => {
      if (caughtUp) reactions.wake()
    },
  })
  return { follower, reactions }
}
