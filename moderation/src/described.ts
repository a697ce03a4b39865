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
  logEntry,
  putRules,
  queueEntry,
  rulesAnswer,
} from '@logbook/contracts/http/moderation.ts'
import { z } from 'zod'
import { access } from './access.ts'
import { logPage, queuePage } from './queries.ts'

const rules = rulesAnswer.meta({ id: 'Rules', description: 'In the order in which they are asked.' })

const operations: Descriptions<typeof access> = {
  'GET /queue': {
    id: 'readQueue',
    summary: 'Comments that wait for a person, the longest wait first',
    query: queuePage,
    heeds: ofReads,
    answers: { '200': json(z.array(queueEntry), '`Link`, rel="next", has the next page.') },
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
    details: '`revision` keeps from judging a text that has changed meanwhile.',
    heeds: ['Idempotency-Key'],
    body: giveVerdict,
    example: { status: 'approved', reason: 'A friendly word.' },
    answers: { '200': json(z.looseObject({ status: z.string(), reason: z.string() }), 'The verdict.') },
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
