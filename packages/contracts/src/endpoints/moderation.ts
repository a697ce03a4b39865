import { z } from 'zod'
import { commentFlagNames } from '../events/comment-flags.ts'
import { verdictStatus } from '../events/comments.ts'
import { moderators } from '../http/access.ts'
import { commandHeaders, endpoints, json, readHeaders } from '../http/endpoint.ts'
import {
  dryRun,
  dryRunAnswer,
  giveVerdict,
  judgedEntry,
  logEntry,
  putRules,
  queueEntry,
  rulesAnswer,
  standingVerdict,
} from '../http/moderation.ts'
import { pageQuery } from '../http/page.ts'
import { operator } from '../identity.ts'
import { entityId } from '../text.ts'

const limits = {
  /** Room for a full rule set. */
  rulesBytesMax: 1024 * 1024,
} as const

const page = pageQuery({ sizeDefault: 20, sizeMax: 100 })
const judgedPage = z.object({
  ...page,
  status: verdictStatus.optional(),
  by: z.literal('me', 'must be me').optional(),
  flag: z.enum(commentFlagNames).optional(),
})

const rules = rulesAnswer.meta({ id: 'Rules', description: 'In the order in which they are asked.' })
const nextPage = '`Link`, rel="next", has the next page.'

const forModerators = { access: moderators, under: '/api/moderation' } as const
/** An import sets rules too. */
const forRules = { ...forModerators, access: [...moderators, operator] } as const

export const moderationEndpoints = endpoints('moderation', {
  description: 'Where comments are judged, by rules and by people.',
  rows: {
    'GET /queue': {
      ...forModerators,
      id: 'readQueue',
      summary: 'Comments that wait for a person, the longest wait first',
      query: z.object(page),
      headers: readHeaders,
      answers: { '200': json(z.array(queueEntry), nextPage) },
    },
    'GET /judged': {
      ...forModerators,
      id: 'readJudged',
      summary: 'Comments with the verdict that stands, the latest first',
      details:
        'Of one `status`, by the caller (`by=me`), and with a `flag` that differs from a new comment: `promoted` (featured), `advertised` (quoted beside ' +
        'its post), `searchable` (left out of searches), `anonymized` (without its author). `before` is what stood until then.',
      query: judgedPage,
      headers: readHeaders,
      answers: { '200': json(z.array(judgedEntry), nextPage) },
    },
    'GET /log': {
      ...forModerators,
      id: 'readVerdicts',
      summary: 'Verdicts, newest first',
      query: z.object({ ...page, comment: entityId.optional() }),
      headers: readHeaders,
      answers: { '200': json(z.array(logEntry), nextPage) },
    },
    'POST /comments/:id/verdict': {
      ...forModerators,
      id: 'giveVerdict',
      summary: 'Publish a comment, hold it, or not publish it',
      details:
        '`revision` guards against judging a text that has changed meanwhile. `If-Match` with the `version` of a queue entry guards ' +
        "against another person's verdict: 412 names the `verdict` that stands. Without it, the last verdict counts.",
      headers: commandHeaders,
      body: giveVerdict,
      example: { status: 'approved', reason: 'A friendly word.' },
      answers: {
        '200': json(standingVerdict.extend({ id: entityId }), 'The verdict; `ETag` is its version.'),
      },
      refusals: ['conflict', 'gone', 'version-conflict', 'unavailable'],
    },
    'GET /rules': {
      ...forRules,
      id: 'readRules',
      summary: 'The rules in force',
      headers: readHeaders,
      answers: { '200': json(rules, 'The rules; `ETag` is their version.') },
    },
    'PUT /rules': {
      ...forRules,
      id: 'changeRules',
      summary: 'Put other rules in force',
      headers: commandHeaders,
      body: putRules,
      bodyBytesMax: limits.rulesBytesMax,
      example: { rules: [], why: 'We trust everyone.' },
      answers: { '200': json(rules, 'The rules from now on.') },
      refusals: ['version-conflict', 'unavailable'],
    },
    'POST /rules/dry-run': {
      ...forModerators,
      id: 'tryRules',
      summary: 'What rules would say, of a text or of the latest comments',
      headers: readHeaders,
      body: dryRun,
      // Without a body it judges the latest comments by the rules in force.
      accepts: dryRun.default({}),
      bodyBytesMax: limits.rulesBytesMax,
      example: { content: 'An orange heron.' },
      answers: { '200': json(dryRunAnswer, 'Nothing is changed by it.') },
    },
  },
})
