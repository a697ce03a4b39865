import type { Problem } from '@logbook/chassis/problem.ts'
import type { QuestionTopicStatus } from '@logbook/contracts/http/questions.ts'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Answer } from './question.ts'

export interface QuestionMetrics {
  answered(answer: Answer): void
  abandoned(): void
  replyRefused(problem: Problem): void
  /** Sets the sources of gauges. */
  observe(statuses: () => readonly QuestionTopicStatus[]): void
}

const gauges = {
  waiting: 'Questions that wait for an answerer.',
  held: 'Questions that an answerer holds.',
  answerers: 'Claims that wait for a question.',
} as const

/** Metrics of questions, without labels that callers choose. */
export const createQuestionMetrics = (registry: Registry): QuestionMetrics => {
  const registers = [registry]
  const outcomes = new Counter({
    name: 'bus_questions_total',
    help: 'Questions that are over: answered, abandoned by their asker, or the code of the problem that they were answered with.',
    labelNames: ['outcome'],
    registers,
  })
  const refused = new Counter({
    name: 'bus_refused_replies_total',
    help: 'Replies that were not taken, by reason.',
    labelNames: ['reason'],
    registers,
  })
  return {
    answered: (answer) =>
      outcomes.inc({ outcome: answer.kind === 'replied' ? 'answered' : answer.problem.code }),
    abandoned: () => outcomes.inc({ outcome: 'abandoned' }),
    replyRefused: ({ code, details }) => refused.inc({ reason: String(details.extensions?.reason ?? code) }),
    observe(statuses) {
      for (const [name, help] of Object.entries(gauges))
        new Gauge({
          ...{ name: `bus_questions_${name}`, help, registers },
          collect() {
            this.set(statuses().reduce((sum, status) => sum + status[name as keyof typeof gauges], 0))
          },
        })
    },
  }
}
