import { anywhere, type Paths, refusals } from '@logbook/chassis/described/operation.ts'
import { json } from '@logbook/contracts/http/endpoint.ts'
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
} from '@logbook/contracts/http/questions.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { z } from 'zod'
import { mediaTypes } from '../http/media-types.ts'

const path = z.object({ topic: questionTopic })
const bodyCodes: readonly ProblemCode[] = [
  ...(['bad-json', 'bad-encoding', 'invalid', 'too-large', 'wrong-content-type'] as const),
  ...(['too-many', 'unavailable', ...anywhere] as const),
]
const tags = ['questions']
const requestParams = { path }

const answered = { id: 'q-1', data: { free: 3 }, by: 'stock', attempt: 1 }
const token = '0b7e0d0a-7c1e-4a0e-9a52-1f0c2d3e4f50.1'
const held = {
  ...{ id: 'q-1', token, asker: 'shop', attempt: 1, leaseMs: 10_000, leftMs: 9_998 },
  data: { article: 7 },
}

const ask = {
  operationId: 'askQuestion',
  tags,
  requestParams,
  summary: 'Ask, and wait for the reply',
  description:
    'Answered with the first reply of an answerer that holds the question, with 504 when `timeoutMs` are over, or with 502 where an answerer says that it failed. Nothing of it is kept, unless `record` asks for an event with question and answer, which the caller must be allowed to append: when the bus ends, so do the questions. As NDJSON, each line is a question with an `id`, and is answered by a line of its own as soon as there is an answer: an answer, or a problem with the `id`.',
  requestBody: {
    required: true,
    content: {
      [mediaTypes.json]: { schema: askQuestion, example: { data: { article: 7 }, timeoutMs: 2_000 } },
      [mediaTypes.ndjson]: { schema: askQuestionLine },
    },
  },
  responses: {
    '200': {
      description: 'The reply. Or NDJSON.',
      content: {
        [mediaTypes.json]: { schema: questionAnswer, example: answered },
        [mediaTypes.ndjson]: { schema: questionAnswer },
      },
    },
    ...refusals(...bodyCodes, 'id-conflict', 'conflict', 'version-conflict', 'no-answer', 'answer-failed'),
  },
}

const claim = {
  operationId: 'claimQuestions',
  tags,
  requestParams,
  summary: 'Take questions to answer, waiting for some if told to',
  description:
    'Claims that wait take turns. Each question is held for `leaseMs`; without a reply by then, the next answerer gets it.',
  requestBody: {
    required: false,
    content: { [mediaTypes.json]: { schema: claimQuestions, example: { max: 8, waitMs: 20_000 } } },
  },
  responses: {
    '200': json(z.array(claimedQuestion), 'Up to `max`; none when the wait is over.', [held]),
    ...refusals(...bodyCodes),
  },
}

const replying = {
  operationId: 'replyToQuestion',
  tags,
  requestParams,
  summary: 'Reply to a question that is held',
  description:
    'A question takes one reply. Any other is refused with 409 and the `reason`: `answered`, `late`, `lease-ended`, `asker-gone`, `unknown`. Several as `replies` are answered each by itself, with 200.',
  requestBody: {
    required: true,
    content: {
      [mediaTypes.json]: {
        schema: z.union([reply, severalReplies]),
        examples: {
          answer: { value: { token, data: { free: 3 } } },
          failure: { value: { token, error: 'There is no such article.' } },
          pass: { value: { token, pass: true } },
        },
      },
    },
  },
  responses: {
    '200': json(repliesTaken, 'What became of each.', { replies: [{ token, taken: true }] }),
    '204': { description: 'Taken.' },
    ...refusals(...bodyCodes, 'conflict'),
  },
}

/** Questions and answers. */
export const questionsPaths: Paths = {
  '/questions': {
    get: {
      operationId: 'listQuestionTopics',
      tags,
      summary: 'Topics with questions under way or answerers that wait',
      responses: {
        '200': json(z.array(questionTopicStatus), 'As it is now.', [
          { topic: 'stock.free', waiting: 0, held: 1, answerers: 2 },
        ]),
        ...refusals(...anywhere),
      },
    },
  },
  '/questions/{topic}': { post: ask },
  '/questions/{topic}/claim': { post: claim },
  '/questions/{topic}/reply': { post: replying },
}
