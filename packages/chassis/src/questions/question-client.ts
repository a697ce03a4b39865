import { createAnswering } from './answering.ts'
import { createAsking } from './asking.ts'
import { createQuestionHttp } from './question-http.ts'

export type QuestionClient = ReturnType<typeof createQuestionClient>

/**
 * Questions and answers over the bus at `url`, which has no slash at its end. What is promised: an asker is told at most one answer, by
 * an answerer that held the question; `no-answer` after `timeoutMs`; and nothing survives the bus, so that `unavailable` leaves open
 * whether a handler ran. A handler may run once for each attempt.
 */
export const createQuestionClient = (options: {
  url: string
  source: string
  token?: string | undefined
}) => {
  const http = createQuestionHttp(options)
  return { ask: createAsking(http), answer: createAnswering(http), close: () => http.close() }
}
