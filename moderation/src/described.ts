import { json } from '@logbook/chassis/described/operation.ts'
import {
  type Descriptions,
  describeService,
  metricsDescription,
  ofReads,
} from '@logbook/chassis/described/service.ts'
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
} from '@logbook/contracts/http/moderation.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import { access } from './access.ts'
import { judgedPage, logPage, queuePage } from './queries.ts'

const rules = rulesAnswer.meta({ id: 'Rules', description: 'In the order in which they are asked.' })

const operations: Descriptions<typeof access> = {
  'GET /queue': {
    id: 'readQueue',
    summary: 'Comments that wait for a person, the longest wait first',
    query: queuePage,
    heeds: ofReads,
    answers: { '200': json(z.array(queueEntry), '`Link`, rel="next", has the next page.') },
  },
  'GET /judged': {
    id: 'readJudged',
    summary: 'Comments with the verdict that stands, the latest first',
    details: 'Of one `status`, by the caller (`by=me`), or both. `before` is what stood until then.',
    query: judgedPage,
    heeds: ofReads,
    answers: { '200': json(z.array(judgedEntry), '`Link`, rel="next", has the next page.') },
  },
  'GET /log': {
    id: 'readVerdicts',
    summary: 'Verdicts, newest first',
    query: logPage,
    heeds: ofReads,
    answers: { '200': json(z.array(logEntry), '`Link`, rel="next", has the next page.') },
  },
  'POST /comments/:id/verdict': {
    id: 'giveVerdict',
    summary: 'Publish a comment, hold it, or not publish it',
    details:
      '`revision` guards against judging a text that has changed meanwhile. `If-Match` with the `version` of a queue entry guards ' +
      "against another person's verdict: 412 names the `verdict` that stands. Without it, the last verdict counts.",
    heeds: ['If-Match', 'Idempotency-Key'],
    body: giveVerdict,
    example: { status: 'approved', reason: 'A friendly word.' },
    answers: {
      '200': json(standingVerdict.extend({ id: entityId }), 'The verdict; `ETag` is its version.'),
    },
    refusals: ['conflict', 'gone', 'version-conflict', 'unavailable'],
  },
  'GET /rules': {
    id: 'readRules',
    summary: 'The rules in force',
    heeds: ofReads,
    answers: { '200': json(rules, 'The rules; `ETag` is their version.') },
  },
  'PUT /rules': {
    id: 'changeRules',
    summary: 'Put other rules in force',
    heeds: ['If-Match', 'Idempotency-Key'],
    body: putRules,
    example: { rules: [], why: 'We trust everyone.' },
    answers: { '200': json(rules, 'The rules from now on.') },
    refusals: ['version-conflict', 'unavailable'],
  },
  'POST /rules/dry-run': {
    id: 'tryRules',
    summary: 'What rules would say, of a text or of the latest comments',
    heeds: ofReads,
    body: dryRun,
    example: { content: 'An orange heron.' },
    answers: { '200': json(dryRunAnswer, 'Nothing is changed by it.') },
  },
  'GET /metrics': metricsDescription('moderation'),
}

/** What moderation takes and answers. */
export const description = (): object =>
  describeService({
    service: 'moderation',
    description: 'Where comments are judged, by rules and by people.',
    access,
    operations,
  })
