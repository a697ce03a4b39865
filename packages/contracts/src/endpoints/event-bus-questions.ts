import { z } from 'zod'
import { busManagers, busServices } from '../http/access.ts'
import { type Endpoint, type Endpoints, json } from '../http/endpoint.ts'
import { mediaTypes } from '../http/media-types.ts'
import {
  askQuestion,
  askQuestionLine,
  claimedQuestion,
  claimQuestions,
  questionAnswer,
  questionTopic,
  questionTopicStatus,
  repliesTaken,
  reply,
  severalReplies,
} from '../http/questions.ts'

const answered = { id: 'q-1', data: { free: 3 }, by: 'stock', attempt: 1 }
const token = '0b7e0d0a-7c1e-4a0e-9a52-1f0c2d3e4f50.1'
const held = {
  ...{ id: 'q-1', token, asker: 'shop', attempt: 1, leaseMs: 10_000, leftMs: 9_998 },
  data: { article: 7 },
}

const topic = {
  tag: 'questions',
  access: busServices,
  params: { topic: questionTopic },
} as const satisfies Partial<Endpoint>

/** Request and reply. Who may ask and answer which topic is checked beyond these rows: `event-bus/src/questions/topic-rights.ts`. */
export const questionRows = {
  'GET /questions': {
    id: 'listQuestionTopics',
    tag: 'questions',
    access: busManagers,
    summary: 'Topics with questions under way or answerers that wait',
    answers: {
      '200': json(z.array(questionTopicStatus), 'As it is now.', [
        { topic: 'stock.free', waiting: 0, held: 1, answerers: 2 },
      ]),
    },
  },
  'POST /questions/:topic': {
    ...topic,
    id: 'askQuestion',
    summary: 'Ask, and wait for the reply',
    details:
      'Answered with the first reply of an answerer that holds the question, with 504 when `timeoutMs` are over, or with 502 where an answerer says that it failed. Nothing of it is kept, unless `record` asks for an event with question and answer, which the caller must be allowed to append: when the bus ends, so do the questions. As NDJSON, each line is a question with an `id`, and is answered by a line of its own as soon as there is an answer: an answer, or a problem with the `id`.',
    rawBodies: {
      [mediaTypes.json]: { schema: askQuestion, example: { data: { article: 7 }, timeoutMs: 2_000 } },
      [mediaTypes.ndjson]: { schema: askQuestionLine },
    },
    answers: {
      '200': {
        description: 'The reply. Or NDJSON.',
        content: {
          [mediaTypes.json]: { schema: questionAnswer, example: answered },
          [mediaTypes.ndjson]: { schema: questionAnswer },
        },
      },
    },
    refusals: [
      ...['too-many', 'unavailable', 'id-conflict', 'conflict'],
      ...['version-conflict', 'no-answer', 'answer-failed'],
    ] as const,
  },
  'POST /questions/:topic/claim': {
    ...topic,
    id: 'claimQuestions',
    summary: 'Take questions to answer, waiting for some if told to',
    details:
      'Claims that wait take turns. Each question is held for `leaseMs`; without a reply by then, the next answerer gets it.',
    body: claimQuestions.prefault({}),
    example: { max: 8, waitMs: 20_000 },
    answers: { '200': json(z.array(claimedQuestion), 'Up to `max`; none when the wait is over.', [held]) },
    refusals: ['too-many', 'unavailable'],
  },
  'POST /questions/:topic/reply': {
    ...topic,
    id: 'replyToQuestion',
    summary: 'Reply to a question that is held',
    details:
      'A question takes one reply. Any other is refused with 409 and the `reason`: `answered`, `late`, `lease-ended`, `asker-gone`, `unknown`. Several as `replies` are answered each by itself, with 200.',
    rawBodies: {
      [mediaTypes.json]: {
        schema: z.union([reply, severalReplies]),
        examples: {
          answer: { value: { token, data: { free: 3 } } },
          failure: { value: { token, error: 'There is no such article.' } },
          pass: { value: { token, pass: true } },
        },
      },
    },
    answers: {
      '200': json(repliesTaken, 'What became of each.', { replies: [{ token, taken: true }] }),
      '204': { description: 'Taken.' },
    },
    refusals: ['conflict', 'too-many', 'unavailable'],
  },
} as const satisfies Endpoints
