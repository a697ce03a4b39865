import { personOf } from '@logbook/chassis/access/gate.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentSubject } from '@logbook/contracts/events/comments.ts'
import { moderationSubject } from '@logbook/contracts/events/moderation.ts'
import type { CommentState } from '../domain/comment.ts'
import { decideVerdict } from '../domain/decide.ts'
import { currentVerdict, type Judgement } from '../domain/judgement.ts'
import type { View } from '../read-model/view.ts'

interface VerdictsOptions {
  view: Pick<View, 'queue' | 'judged' | 'log'>
  judgements: Pick<CommandHandler<Judgement, LogbookEvent<'CommentModerated'>>, 'handle'>
  /** Read only: comments belong to another service. */
  comments: Pick<CommandHandler<CommentState, never>, 'load'>
}

const headers = { 'Cache-Control': 'no-cache' } as const

/** The first `limit` of up to `limit + 1` rows, with the cursor of the next page if there is one more row. */
const pageOf = <Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => number) => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, next: rows.length > limit && last ? { cursor: String(cursorOf(last)) } : undefined }
}

/** The queue, the judged comments and the log of verdicts, and the verdict itself. */
export const verdictHandlers = ({ view, judgements, comments }: VerdictsOptions) =>
  handlersOf(moderationEndpoints)({
    'GET /queue'({ query: { limit, cursor = 0 } }) {
      const rows = view.queue({ after: cursor, limit: limit + 1 })
      const { shown, next } = pageOf(rows, limit, ({ since }) => since)
      return { body: shown.map(({ entry }) => entry), next, headers }
    },
    'GET /judged'({ query: { limit, cursor = Number.MAX_SAFE_INTEGER, status, by, flag } }, caller) {
      const person = by && personOf(caller).id
      const rows = view.judged({ before: cursor, limit: limit + 1, status, person, flag })
      const { shown, next } = pageOf(rows, limit, ({ position }) => position)
      return { body: shown.map(({ entry }) => entry), next, headers }
    },
    'GET /log'({ query: { limit, cursor = Number.MAX_SAFE_INTEGER, comment } }) {
      const rows = view.log({ before: cursor, limit: limit + 1, ...(comment ? { comment } : {}) })
      const { shown, next } = pageOf(rows, limit, ({ position }) => position)
      return { body: shown, next, headers }
    },
    async 'POST /comments/:id/verdict'({ params: { id }, body, command: { ifMatch, ...command } }, caller) {
      const { state: comment } = await comments.load(commentSubject(id))
      const { state, version, position } = await judgements.handle({
        ...command,
        subject: moderationSubject(id),
        decide: decideVerdict({ commentId: id, comment, given: body, by: personOf(caller), ifMatch }),
      })
      const verdict = currentVerdict(state, version)
      if (verdict === undefined) throw new Problem('internal')
      return { body: { id, ...verdict }, version, position }
    },
  })
