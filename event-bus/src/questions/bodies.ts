import { decodeText, parseJsonText, type RawBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import { reply, severalReplies } from '@logbook/contracts/http/questions.ts'
import type { z } from 'zod'
import { lossIn } from '../append/exact-json.ts'
import { limits } from '../limits.ts'
import type { Said } from './questions.ts'

/** Allows `data` as deep as that of an event, inside its wrapper. */
const depthMax = limits.dataDepthMax + 3

/** Parses the JSON of a body. Throws `bad-json`, `bad-encoding`, or `invalid` for a value that JSON.parse would change. */
export const jsonIn = (bytes: Buffer): unknown => {
  const text = decodeText(bytes)
  const input = parseJsonText(text, { depthMax })
  const loss = lossIn(text, input)
  if (loss !== undefined) throw invalid(loss.path, loss.message)
  return input
}

/** The body of a request that must have one. */
export const bodyOf = (body: RawBody | undefined): RawBody => {
  if (body === undefined) throw new Problem('bad-json', { detail: 'Send JSON.' })
  return body
}

const saidBy = ({ data, error, pass }: z.output<typeof reply>): Said => {
  if (error !== undefined) return { kind: 'error', error }
  return pass ? { kind: 'pass' } : { kind: 'data', data: JSON.stringify(data) }
}

export interface TokenSaid {
  token: string
  said: Said
}

/** One reply, or several where the body says `replies`. Throws `invalid` and what `jsonIn` throws. */
export const repliesIn = (bytes: Buffer): { many: boolean; replies: TokenSaid[] } => {
  const input = jsonIn(bytes)
  const many = typeof input === 'object' && input !== null && 'replies' in input
  const given = many ? validate(severalReplies, input).replies : [validate(reply, input)]
  return { many, replies: given.map((each) => ({ token: each.token, said: saidBy(each) })) }
}
