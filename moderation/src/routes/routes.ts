import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { answerCommand, etagOf, ifMatchVersion, linkNext, uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentSubject } from '@logbook/contracts/events/comments.ts'
import { moderationSubject, rulesSubject } from '@logbook/contracts/events/moderation.ts'
import { dryRun, giveVerdict, putRules } from '@logbook/contracts/http/moderation.ts'
import { type Request, type Response, Router } from 'express'
import type { CommentState } from '../domain/comment.ts'
import { decideRules, decideVerdict, type Judge } from '../domain/decide.ts'
import { currentVerdict, type Judgement } from '../domain/judgement.ts'
import type { RulesInForce } from '../domain/policy.ts'
import type { ModerationFollower } from '../follower.ts'
import { limits } from '../limits.ts'
import { judgedPage, logPage, queuePage } from '../queries.ts'
import type { View } from '../read-model/view.ts'
import { dryRunRules } from './dry-run.ts'

export interface RoutesOptions {
  view: View
  follower: ModerationFollower['follower']
  judgements: CommandHandler<Judgement, LogbookEvent<'CommentModerated'>>
  rules: CommandHandler<RulesInForce, LogbookEvent<'RulesChanged'>>
  /** Read only: comments belong to another service. */
  comments: Pick<CommandHandler<CommentState, never>, 'load'>
}

/** The moderator who calls. Throws `forbidden` for other callers, which the access table refuses before. */
const personOf = (res: Response): Judge => {
  const caller = callerOf(res)
  if (caller.kind !== 'person') throw new Problem('forbidden')
  return { id: caller.id, name: caller.name }
}

/** The routes of moderation. */
export const createRoutes = ({ view, follower, judgements, rules, comments }: RoutesOptions): Router => {
  const router = Router()
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const read = readAtPosition(follower)

  router.get('/queue', read, (req, res) => {
    const { limit, cursor = 0 } = validate(queuePage, req.query)
    const found = view.queue({ after: cursor, limit: limit + 1 })
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    if (found.length > limit && last) res.set('Link', linkNext(req, { cursor: String(last.since) }))
    res.set('Cache-Control', 'no-cache').json(shown.map(({ entry }) => entry))
  })

  router.get('/judged', read, (req, res) => {
    const { limit, cursor = Number.MAX_SAFE_INTEGER, status, by } = validate(judgedPage, req.query)
    const person = by && personOf(res).id
    const found = view.judged({ before: cursor, limit: limit + 1, status, person })
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    if (found.length > limit && last) res.set('Link', linkNext(req, { cursor: String(last.position) }))
    res.set('Cache-Control', 'no-cache').json(shown.map(({ entry }) => entry))
  })

  router.get('/log', read, (req, res) => {
    const { limit, cursor = Number.MAX_SAFE_INTEGER, comment } = validate(logPage, req.query)
    const found = view.log({ before: cursor, limit: limit + 1, ...(comment ? { comment } : {}) })
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    if (found.length > limit && last) res.set('Link', linkNext(req, { cursor: String(last.position) }))
    res.set('Cache-Control', 'no-cache').json(shown)
  })

  router.post('/comments/:id/verdict', body, async (req: Request, res: Response) => {
    const commentId = uuidParam(req, 'id')
    const given = validate(giveVerdict, req.body)
    const { state: comment } = await comments.load(commentSubject(commentId))
    const handled = await judgements.handle({
      subject: moderationSubject(commentId),
      decide: decideVerdict({ commentId, comment, given, by: personOf(res), ifMatch: ifMatchVersion(req) }),
      idempotency: idempotencyOf(req, res, { service: 'moderation', body: given }),
      ...causeOf(res),
    })
    const verdict = currentVerdict(handled.state, handled.version)
    if (verdict === undefined) throw new Problem('internal')
    const { version, position } = handled
    answerCommand(res, { status: 200, position, version, body: { id: commentId, ...verdict } })
  })

  router.get('/rules', read, (_req, res) => {
    const inForce = view.rules()
    res.set({ ETag: etagOf(inForce.version), 'Cache-Control': 'no-cache' }).json(inForce)
  })

  router.put('/rules', body, async (req: Request, res: Response) => {
    const wanted = validate(putRules, req.body)
    const { state, position } = await rules.handle({
      subject: rulesSubject,
      decide: decideRules({ wanted, by: personOf(res), ifMatch: ifMatchVersion(req) }),
      idempotency: idempotencyOf(req, res, { service: 'moderation', body: wanted }),
      ...causeOf(res),
    })
    answerCommand(res, { status: 200, position, version: state.version, body: state })
  })

  router.post('/rules/dry-run', body, read, (req: Request, res: Response) => {
    const { rules: wanted, content } = validate(dryRun, req.body ?? {})
    const inForce = view.rules()
    res.json(dryRunRules({ view, inForce: wanted ? { ...inForce, rules: wanted } : inForce, content }))
  })

  return router
}
