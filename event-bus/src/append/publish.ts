import type { IncomingMessage } from 'node:http'
import { decodeText, parseJsonText, type RawBody } from '@logbook/chassis/http/body.ts'
import { toProblem } from '@logbook/chassis/http/errors.ts'
import type { AppendOutcome, AppendRequest } from '@logbook/chassis/log/log-store.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { limits } from '../limits.ts'
import type { GroupCommit } from '../log/group-commit.ts'
import { lossIn } from './exact-json.ts'
import { assertExpectedLog } from './expected-log.ts'
import { linesOf } from './lines.ts'
import type { EventParser } from './parse-events.ts'
import type { Permit } from './permissions.ts'
import type { RateLimit } from './rate-limit.ts'

const statusOf = { recorded: 201, repeated: 200 } as const

/** The answer to an append. */
export interface AppendAnswer {
  status: number
  type: string
  position: number
  text: string
}

/** The headers of an answer as a flat list of names and values, the fastest form for `writeHead`. */
export const headOf = ({ type, position, text }: AppendAnswer): string[] => [
  'Content-Type',
  type,
  'Content-Length',
  String(Buffer.byteLength(text)),
  headers.position,
  String(position),
]

const lineOf = (outcome: AppendOutcome): string =>
  JSON.stringify(
    outcome.kind === 'refused'
      ? outcome.problem.toBody()
      : { status: statusOf[outcome.kind], events: outcome.events },
  )

interface Publishing {
  commit: GroupCommit
  parseEvents: EventParser
  head: () => number
  /** The identity of the log. */
  identity: LogIdentity
  /** Throws `too-many` for a caller that appends too fast. */
  limitRate: RateLimit
  /** Throws `forbidden` for events that the caller may not append; without it every event is allowed. */
  permit?: Permit | undefined
  /** Called for each refused append. */
  refused: (code: ProblemCode) => void
}

interface Sent extends RawBody {
  /** The client's address. */
  address: string
  caller: Caller
}

const permitted = ({ permit }: Publishing, caller: Caller, request: AppendRequest): AppendRequest => {
  permit?.(caller, request)
  return request
}

/** Parses and validates a body or a line. Throws `invalid`, `too-large`, `bad-json` or `bad-encoding`. */
const requestIn = (bytes: Buffer, parseEvents: EventParser): AppendRequest => {
  const text = decodeText(bytes)
  const input = parseJsonText(text)
  const request = parseEvents(input, bytes.length)
  // After `parseEvents`, which bounds the nesting depth.
  const loss = lossIn(text, input)
  if (loss !== undefined) throw invalid(loss.path, loss.message)
  return request
}

const sizeOf = (requests: readonly AppendRequest[]): number =>
  requests.reduce((sum, request) => sum + request.length, 0)

const appendOne = async (publishing: Publishing, { bytes, caller, address }: Sent): Promise<AppendAnswer> => {
  const { commit, parseEvents, limitRate } = publishing
  const request = permitted(publishing, caller, requestIn(bytes, parseEvents))
  limitRate(address, request.length)
  const [outcome] = await commit.append([request], bytes.length)
  if (outcome === undefined) throw new Problem('internal')
  if (outcome.kind === 'refused') throw outcome.problem
  const position = Math.max(...outcome.events.map((event) => event.position))
  const text = JSON.stringify(outcome.events)
  return { status: statusOf[outcome.kind], type: mediaTypes.json, position, text }
}

/** Each line is an append of its own: an error in one line does not affect the others. */
const appendLines = async (
  publishing: Publishing,
  { bytes, caller, address }: Sent,
): Promise<AppendAnswer> => {
  const { commit, parseEvents, limitRate, head, refused } = publishing
  const lines = linesOf(bytes)
  if (lines.length > limits.appendsPerRequestMax)
    throw new Problem('too-large', { detail: `Send at most ${limits.appendsPerRequestMax} lines at a time.` })
  const read = lines.map((line): AppendRequest | Problem => {
    try {
      return permitted(publishing, caller, requestIn(line, parseEvents))
    } catch (error) {
      const problem = toProblem(error)
      if (problem.code === 'internal') throw error
      return problem
    }
  })
  const requests = read.filter((request): request is AppendRequest => !(request instanceof Problem))
  limitRate(address, sizeOf(requests))
  const outcomes = requests.length === 0 ? [] : await commit.append(requests, bytes.length)
  let next = 0
  const answers = read.map((request): AppendOutcome => {
    if (request instanceof Problem) return { kind: 'refused', problem: request }
    return outcomes[next++] ?? { kind: 'refused', problem: new Problem('internal') }
  })
  for (const answer of answers) if (answer.kind === 'refused') refused(answer.problem.code)
  const text = answers.map((answer) => `${lineOf(answer)}\n`).join('')
  return { status: 200, type: mediaTypes.ndjson, position: head(), text }
}

/** Appends the events of a body, and resolves with the answer once they are synced. Rejects with a `Problem`. */
export type Publish = (append: RawBody & { req: IncomingMessage; caller: Caller }) => Promise<AppendAnswer>

export const createPublish =
  (publishing: Publishing): Publish =>
  async ({ req, ...given }) => {
    const sent = { ...given, address: req.socket.remoteAddress ?? '' }
    try {
      assertExpectedLog(publishing.identity, req)
      return await (given.contentType === mediaTypes.ndjson
        ? appendLines(publishing, sent)
        : appendOne(publishing, sent))
    } catch (error) {
      publishing.refused(toProblem(error).code)
      throw error
    }
  }
