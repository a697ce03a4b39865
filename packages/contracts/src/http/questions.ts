import { z } from 'zod'
import { eventType, subject } from '../envelope.ts'
import { problemBody } from '../problems.ts'
import { text } from '../text.ts'

/** Bounds of what one request about questions may ask for. */
export const questionBounds = {
  topicCharsMax: 100,
  idCharsMax: 100,
  /** From the moment that the bus has the question until it is answered 504. */
  timeoutMsMax: 60_000,
  timeoutMsDefault: 10_000,
  attemptsMax: 10,
  /** Questions in one claim, replies in one request. */
  claimMax: 100,
  /** How long one claim may wait for a question. */
  waitMsMax: 30_000,
  leaseMsMin: 50,
  leaseMsMax: 60_000,
  errorCharsMax: 500,
} as const

const whole = (bounds: { min: number; max: number }) => z.number().int().min(bounds.min).max(bounds.max)

export const questionTopic = z
  .string()
  .max(questionBounds.topicCharsMax, `must be at most ${questionBounds.topicCharsMax} characters`)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must hold letters, digits, dots, dashes or underscores')

const correlationId = z
  .string()
  .regex(/^[\w.:-]+$/, 'must hold letters, digits, dots, colons, dashes or underscores')
  .max(questionBounds.idCharsMax)
const token = z.string().min(1).max(100)

/**
 * `POST /questions/:topic`. `id` is the correlation id, made up where it is missing; no two questions of one caller that are under
 * way have the same. `attempts`: how many answerers may be given the question, one after the other. With 1 its handler runs at most once.
 */
export const askQuestion = z.strictObject({
  id: correlationId.optional(),
  data: z.unknown(),
  timeoutMs: whole({ min: 1, max: questionBounds.timeoutMsMax }).default(questionBounds.timeoutMsDefault),
  attempts: whole({ min: 1, max: questionBounds.attemptsMax }).default(3),
  /** Puts question and answer into the log, as an event of this type that the caller may append. Without it nothing is recorded. */
  record: z.strictObject({ type: eventType, subject: subject.optional() }).optional(),
})
export type AskQuestion = z.infer<typeof askQuestion>

/** The same as a line of NDJSON, whose answers come as they are there: the id tells them apart. None of these is recorded. */
export const askQuestionLine = askQuestion.omit({ record: true }).required({ id: true })

/** What a question is answered with. `by` is the caller that replied, null where the bus knows no callers. */
export const questionAnswer = z.object({
  id: z.string(),
  data: z.unknown(),
  by: z.string().nullable(),
  attempt: z.number().int().min(1),
  /** In the log, where that was asked for. */
  position: z.number().int().min(1).optional(),
})
export type QuestionAnswer = z.infer<typeof questionAnswer>

/** `POST …/claim`: up to `max` questions, each held for `leaseMs`, after which the next answerer gets it. */
export const claimQuestions = z.strictObject({
  max: whole({ min: 1, max: questionBounds.claimMax }).default(1),
  waitMs: whole({ min: 0, max: questionBounds.waitMsMax }).default(0),
  leaseMs: whole({ min: questionBounds.leaseMsMin, max: questionBounds.leaseMsMax }).default(10_000),
})
export type ClaimQuestions = z.infer<typeof claimQuestions>

/** One entry of a claim's answer. Times are in milliseconds from the answer on. */
export const claimedQuestion = z.object({
  id: z.string(),
  /** Shown with the reply. Once the lease has ended it is refused. */
  token: z.string(),
  asker: z.string().nullable(),
  /** Counts from 1. */
  attempt: z.number().int().min(1),
  leaseMs: z.number().int(),
  /** Until the asker is answered 504. */
  leftMs: z.number().int(),
  data: z.unknown(),
})
export type ClaimedQuestion = z.infer<typeof claimedQuestion>

const replyParts = {
  token,
  data: z.unknown().optional(),
  error: text({ charsMax: questionBounds.errorCharsMax }).optional(),
  pass: z.literal(true).optional(),
}

/** A reply: `data` answers, `error` tells the asker that it failed (502), `pass` gives the question to the next answerer. */
export const reply = z
  .strictObject(replyParts)
  .refine((body) => [body.data, body.error, body.pass].filter((part) => part !== undefined).length === 1, {
    path: ['data'],
    message: 'give one of data, error and pass',
  })
export type Reply = z.infer<typeof reply>

/** Several replies in one request, each of which is taken or refused by itself. */
export const severalReplies = z.strictObject({
  replies: z.array(reply).min(1).max(questionBounds.claimMax),
})

/** Why a reply is not taken: the question was answered, its time is up, the lease ended, the asker has gone, or the bus knows no such token. */
export const replyRefusals = ['answered', 'late', 'lease-ended', 'asker-gone', 'unknown'] as const
export type ReplyRefusal = (typeof replyRefusals)[number]

/** What became of each of several replies, in their order. */
export const repliesTaken = z.object({
  replies: z.array(z.object({ token: z.string(), taken: z.boolean(), problem: problemBody.optional() })),
})

/** One entry of `GET /questions`: a topic with questions under way or with claims that wait. */
export const questionTopicStatus = z.object({
  topic: z.string(),
  waiting: z.number().int(),
  held: z.number().int(),
  answerers: z.number().int(),
})
export type QuestionTopicStatus = z.infer<typeof questionTopicStatus>
