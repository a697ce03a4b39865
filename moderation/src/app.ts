import type { Verify } from '@logbook/chassis/access/verify.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { SelfRebuild } from '@logbook/chassis/follow/self-rebuild.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { serve } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { decodeComment, evolveComment, initialComment } from './domain/comment.ts'
import { decodeJudgement, evolveJudgement, initialJudgement } from './domain/judgement.ts'
import { decodeRules, evolveRules, initialRules } from './domain/rules.ts'
import { createModerationFollower, source } from './follower.ts'
import { migrations } from './read-model/tables.ts'
import { viewOf } from './read-model/view.ts'
import { rulesHandlers } from './routes/rules.ts'
import { verdictHandlers } from './routes/verdicts.ts'

export interface Moderation {
  bus: Bus
  /** A file with this service's `migrations`. Closed with the service. */
  db: Database
  ids: Ids
  clock?: Clock
  verify: Verify
  logger: Logger
  origins: readonly string[]
}

/** Moderation over any bus: a follower that judges comments by rules, and HTTP for moderators. Closes `db` with the service. */
export const createModeration = ({
  bus,
  db,
  ids,
  verify,
  logger,
  origins,
  clock = systemClock,
}: Moderation): Service => {
  const common = { bus, ids, source, dataVersion: currentDataVersion }
  const judgements = new CommandHandler({
    ...common,
    initial: initialJudgement,
    evolve: evolveJudgement,
    decode: decodeJudgement,
  })
  const rules = new CommandHandler({
    ...common,
    initial: initialRules,
    evolve: evolveRules,
    decode: decodeRules,
  })
  const comments = new CommandHandler({
    ...common,
    initial: initialComment,
    evolve: evolveComment,
    decode: decodeComment,
  })
  const forget = () => {
    for (const each of [judgements, rules, comments]) each.forget()
  }
  const rows = new SelfRebuild({
    ...{ db, migrations, logger, forget, agreed: bus.agreed },
    create: (its, onOtherLog) => ({
      view: viewOf(its),
      follower: createModerationFollower({ bus, db: its, logger, clock, judgements, forget, onOtherLog }),
    }),
  })
  const [view, follower] = [rows.standIn('view'), rows.standIn('follower')]
  const app = createHttpApp({
    name: 'moderation',
    logger,
    origins,
    api: serve(
      moderationEndpoints,
      { verify, ids, follower, guard: rows.guard },
      { ...verdictHandlers({ view, judgements, comments }), ...rulesHandlers({ view, rules }) },
    ),
    health: () => ({
      ready: follower.caughtUp,
      ...rows.health(),
      waiting: view.waiting(),
    }),
  })
  return {
    app,
    parked: rows.parked,
    start: () => rows.start(),
    close: () => rows.close(),
  }
}
