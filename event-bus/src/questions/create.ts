import type { Clock } from '@logbook/chassis/clock.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Router } from 'express'
import type { Registry } from 'prom-client'
import type { Publish } from '../append/routes.ts'
import { createQuestionMetrics } from './metrics.ts'
import { Questions } from './questions.ts'
import { routeQuestions } from './routes.ts'
import { createTopicRight, type TopicGrants } from './topic-rights.ts'

interface Options {
  clock: Pick<Clock, 'steady'>
  ids: Ids
  topics: TopicGrants | undefined
  registry: Registry
  /** Appends recorded questions, as the asker. */
  publish: Publish
}

/** Questions over HTTP. `close` answers all waiting requests. */
export const createQuestions = (
  router: Router,
  { clock, ids, topics, registry, publish }: Options,
): Questions => {
  const steady = () => clock.steady()
  const questions = new Questions({ steady, metrics: createQuestionMetrics(registry) })
  routeQuestions(router, { questions, publish, right: createTopicRight(topics), ids, steady })
  return questions
}
