import type { IncomingMessage } from 'node:http'
import { toProblem } from '@logbook/chassis/http/errors.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import type { AskQuestion } from '@logbook/contracts/http/questions.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { Publish } from '../append/publish.ts'

interface Recording {
  publish: Publish
  record: NonNullable<AskQuestion['record']>
  id: string
  /** Both as JSON. */
  question: string
  answer: string
}

/**
 * Appends question and answer as one event of the asker, and resolves with its position once it is synced. Rejects with the
 * problem of that append, with the answer as `data`: it was given, but is not recorded.
 */
export const recordAnswer = async (
  { publish, record, id, question, answer }: Recording,
  { req, caller }: { req: IncomingMessage; caller: Caller },
): Promise<number> => {
  const head = JSON.stringify({ ...record, correlationid: id }).slice(0, -1)
  const text = `${head},"data":{"question":${question},"answer":${answer}}}`
  try {
    const body = { contentType: mediaTypes.json, bytes: Buffer.from(text), req, caller }
    return (await publish(body)).position
  } catch (error) {
    const { code, details } = toProblem(error)
    const extensions = { ...details.extensions, id, data: JSON.parse(answer) as unknown }
    throw new Problem(code, { ...details, extensions })
  }
}
