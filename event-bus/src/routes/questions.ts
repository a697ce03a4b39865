import { callerOf } from '@logbook/chassis/access/gate.ts'
import { type RawBody, rawBody } from '@logbook/chassis/http/body.ts'
import { toProblem } from '@logbook/chassis/http/errors.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import { askQuestion, claimQuestions, questionTopic } from '@logbook/contracts/http/questions.ts'
import type { Request, RequestHandler, Response } from 'express'
import type { Publish } from '../append/publish.ts'
import { limits } from '../limits.ts'
import { answerText } from '../questions/answer-text.ts'
import { askLines } from '../questions/ask-lines.ts'
import { bodyOf, jsonIn, repliesIn } from '../questions/bodies.ts'
import { questionLimits } from '../questions/limits.ts'
import type { Answer, Question } from '../questions/question.ts'
import type { Questions } from '../questions/questions.ts'
import { recordAnswer } from '../questions/record.ts'
import type { TopicRight } from '../questions/topic-rights.ts'
import { unstored } from './reach.ts'

interface Asking {
  questions: Questions
  publish: Publish
  right: TopicRight
  ids: Ids
  steady: () => number
}

const entryOf = (question: Question, now: number): string => {
  const { id, asker, attempt, deadline, lease, data } = question
  const until = lease?.until ?? now
  const times = { leaseMs: Math.max(0, until - now), leftMs: Math.max(0, deadline - now) }
  return `${JSON.stringify({ id, token: lease?.token, asker, attempt, ...times }).slice(0, -1)},"data":${data}}`
}

const tokensOf = (given: readonly Question[]): string[] =>
  given.flatMap(({ lease }) => (lease === undefined ? [] : [lease.token]))

/** Aborts when the caller disconnects, and after `waitMs`. */
const patience = (res: Response, waitMs: number): AbortSignal => {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), waitMs)
  res.once('close', () => {
    clearTimeout(timer)
    over.abort()
  })
  return over.signal
}

/** Sends as many questions as fit in one answer, and returns the others; returns all if the caller has disconnected. */
const handOut = (
  res: Response,
  given: readonly Question[],
  { questions, steady }: Pick<Asking, 'questions' | 'steady'>,
): void => {
  const tokens = tokensOf(given)
  if (res.destroyed) {
    questions.unsent(tokens)
    return
  }
  let bytes = 0
  const fits = given.filter((question, index) => {
    bytes += question.bytes
    return index === 0 || bytes <= limits.claimBytesMax
  })
  questions.unsent(tokens.slice(fits.length))
  res.once('close', () => {
    if (!res.writableFinished) questions.unsent(tokens)
  })
  const now = steady()
  res
    .set('Cache-Control', 'no-store')
    .type('json')
    .send(`[${fits.map((question) => entryOf(question, now)).join(',')}]`)
}

/** Questions and answers: ask, claim, reply. */
export const createQuestionHandlers = ({ questions, publish, right, ids, steady }: Asking) => {
  const bytesMax = questionLimits.questionRequestBytesMax
  const oneOrMany = rawBody({ bytesMax, types: [mediaTypes.json, mediaTypes.ndjson] })
  const one = rawBody({ bytesMax, types: [mediaTypes.json] })
  const topicFor = (req: Request, res: Response, may: 'ask' | 'answer') => {
    const topic = validate(questionTopic, req.params.topic)
    return { topic, by: right(callerOf(res), topic, may) }
  }

  const ask: RequestHandler = (req, res, next) => {
    const { topic, by: asker } = topicFor(req, res, 'ask')
    const { contentType, bytes } = bodyOf(req.body)
    if (contentType === mediaTypes.ndjson) {
      askLines({ questions, topic, asker, bytes, res })
      return
    }
    const { data, id = ids.next(), record, ...asked } = validate(askQuestion, jsonIn(bytes))
    const question = JSON.stringify(data ?? null)
    const send = async (answer: Extract<Answer, { kind: 'replied' }>): Promise<void> => {
      res.once('close', answer.taken)
      const recorded = record && { publish, record, id, question, answer: answer.data }
      const position = recorded && (await recordAnswer(recorded, { req, caller: callerOf(res) }))
      res
        .set('Cache-Control', 'no-store')
        .type('json')
        .send(answerText(id, answer, position))
    }
    const abandon = questions.ask({
      ...{ ...asked, id, topic, asker, data: question },
      answered: (answer) =>
        answer.kind === 'refused' ? next(answer.problem) : void send(answer).catch(next),
    })
    res.once('close', abandon)
  }

  const claim: RequestHandler = async (req, res) => {
    const { topic, by } = topicFor(req, res, 'answer')
    const body: RawBody | undefined = req.body
    const { waitMs, ...wanted } = validate(claimQuestions, body ? jsonIn(body.bytes) : {})
    const given = await questions.claim(topic, { ...wanted, by, left: patience(res, waitMs) })
    handOut(res, given, { questions, steady })
  }

  const take: RequestHandler = (req, res) => {
    const { topic, by } = topicFor(req, res, 'answer')
    const { many, replies } = repliesIn(bodyOf(req.body).bytes)
    const takeOne = ({ token, said }: (typeof replies)[number]) => questions.reply({ topic, token, by }, said)
    if (!many) {
      for (const each of replies) takeOne(each)
      return void res.status(204).end()
    }
    const taken = replies.map((each) => {
      try {
        takeOne(each)
        return { token: each.token, taken: true }
      } catch (error) {
        const problem = toProblem(error)
        if (problem.code === 'internal') throw error
        return { token: each.token, taken: false, problem: problem.toBody() }
      }
    })
    res.json({ replies: taken })
  }

  return handlersOf(busEndpoints)({
    'GET /questions': () => ({ body: questions.statuses(), headers: unstored }),
    // Questions and answers pass as the bytes that came, and are queued again where a caller disconnects.
    'POST /questions/:topic': { raw: [...oneOrMany, ask] },
    'POST /questions/:topic/claim': { raw: [...one, claim] },
    'POST /questions/:topic/reply': { raw: [...one, take] },
  })
}
