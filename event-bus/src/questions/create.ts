import type { Clock } from '@logbook/chassis/clock.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Registry } from 'prom-client'
import type { Publish } from '../append/publish.ts'
import { createQuestionHandlers } from '../routes/questions.ts'
import { createQuestionMetrics } from './metrics.ts'
import { Questions } from './questions.ts'
import { createTopicRight, type TopicGrants } from './topic-rights.ts'

interface Options {
  clock: Pick<Clock, 'steady'>
  ids: Ids
  topics: TopicGrants | undefined
  /** True where callers are not known, and every caller may ask and answer. */
  isOpen: boolean
  registry: Registry
  /** Appends recorded questions, as the asker. */
  publish: Publish
}

/** Questions over HTTP. `close` answers all waiting requests. */
export const createQuestions = ({ clock, ids, topics, isOpen, registry, publish }: Options) => {
  const steady = () => clock.steady()
  const questions = new Questions({ steady, metrics: createQuestionMetrics(registry) })
  const right = createTopicRight(topics, { isOpen })
  return {
    handlers: createQuestionHandlers({ questions, publish, right, ids, steady }),
    close: () => questions.close(),
  }
}
