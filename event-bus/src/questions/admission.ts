import { Problem } from '@logbook/chassis/problem.ts'
import { questionLimits } from './limits.ts'
import type { Asked, WaitingClaim } from './question.ts'
import type { Topics } from './topics.ts'

const tooMany = (detail: string): Problem => new Problem('too-many', { detail, retryAfter: 1 })
const full = (detail: string): Problem => new Problem('unavailable', { detail, retryAfter: 1 })

const refuseLarge = (size: number, what: string): void => {
  if (size > questionLimits.questionBytesMax)
    throw new Problem('too-large', {
      detail: `The ${what} is larger than ${questionLimits.questionBytesMax} bytes.`,
    })
}

const admitTopic = (topics: Topics, name: string): void => {
  if (topics.size >= questionLimits.topicsMax && !topics.has(name))
    throw full(`${questionLimits.topicsMax} topics have questions under way.`)
}

interface UnderWay {
  /** The ids of the caller's own questions. */
  own: ReadonlySet<string>
  topics: Topics
  /** Held by all questions, and by answers that are not sent yet. */
  bytes: number
  closed: boolean
  size: number
}

/** Throws where there is no room for a question: `too-many` where its caller's own share is used up. */
export const admitQuestion = (asked: Asked, { own, topics, bytes, closed, size }: UnderWay): void => {
  if (closed) throw full('The bus stops.')
  refuseLarge(size, 'question')
  if (own.has(asked.id))
    throw new Problem('id-conflict', { detail: 'You have an open question with this id.' })
  if (own.size >= questionLimits.questionsPerCallerMax)
    throw tooMany(`${questionLimits.questionsPerCallerMax} questions of yours are under way.`)
  if (topics.openIn(asked.topic) >= questionLimits.questionsPerTopicMax)
    throw full(`${questionLimits.questionsPerTopicMax} questions of this topic are under way.`)
  if (bytes + size > questionLimits.questionHeldBytesMax)
    throw full('The questions under way take all the room that there is.')
  admitTopic(topics, asked.topic)
}

/** Throws `too-large` for a reply of `size` bytes, and `unavailable` where too many answers are not sent yet. */
export const admitReply = ({ size, bytes }: { size: number; bytes: number }): void => {
  refuseLarge(size, 'reply')
  if (bytes + size > questionLimits.questionHeldBytesMax)
    throw full('The answers that askers have not taken yet take all the room that there is.')
}

/** Throws where there is no room for a claim. */
export const admitClaim = ({
  by,
  topic,
  claims,
  topics,
  closed,
}: {
  by: string | null
  topic: string
  claims: Iterable<WaitingClaim>
  topics: Topics
  closed: boolean
}): void => {
  if (closed) throw full('The bus stops.')
  let own = 0
  let all = 0
  for (const claim of claims) {
    all += 1
    if (claim.by === by) own += 1
  }
  if (own >= questionLimits.questionClaimsPerCallerMax)
    throw tooMany(`${questionLimits.questionClaimsPerCallerMax} claims of yours wait.`)
  if (all >= questionLimits.questionClaimsMax) throw full('Too many claims wait.')
  admitTopic(topics, topic)
}
