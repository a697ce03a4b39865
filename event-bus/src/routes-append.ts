import { parseJson, type RawBody, rawBody } from '@logbook/chassis/http/body.ts'
import { toProblem } from '@logbook/chassis/http/errors.ts'
import type { AppendOutcome, AppendRequest } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { RequestHandler, Response, Router } from 'express'
import type { GroupCommit } from './group-commit.ts'
import type { Intake } from './intake.ts'
import { limits } from './limits.ts'
import { mediaTypes } from './media-types.ts'

const statusOf = { recorded: 201, repeated: 200 } as const

const sendText = (res: Response, status: number, type: string, position: number, text: string): void => {
  res
    .writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(text),
      [headers.position]: String(position),
    })
    .end(text)
}

const lineOf = (outcome: AppendOutcome): string =>
  JSON.stringify(
    outcome.kind === 'refused'
      ? outcome.problem.toBody()
      : { status: statusOf[outcome.kind], events: outcome.events },
  )

interface Publishing {
  commit: GroupCommit
  intake: Intake
  head: () => number
}

const appendOne = async (
  { commit, intake }: Publishing,
  { bytes }: RawBody,
  res: Response,
): Promise<void> => {
  const request = intake(parseJson(bytes), bytes.length)
  const [outcome] = await commit.append([request], bytes.length)
  if (outcome === undefined) throw new Problem('internal')
  if (outcome.kind === 'refused') throw outcome.problem
  const position = Math.max(...outcome.events.map((event) => event.position))
  sendText(res, statusOf[outcome.kind], mediaTypes.json, position, JSON.stringify(outcome.events))
}

const newline = 0x0a

const linesOf = (bytes: Buffer): Buffer[] => {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(newline, from)
    const line = bytes.subarray(from, end === -1 ? bytes.length : end)
    if (line.some((byte) => byte > 0x20)) lines.push(line)
    from = end === -1 ? bytes.length : end + 1
  }
  return lines
}

/** Each line is an append of its own: what is wrong with one, in its bytes, its fields or its versions, is its alone. */
const appendLines = async (
  { commit, intake, head }: Publishing,
  { bytes }: RawBody,
  res: Response,
): Promise<void> => {
  const lines = linesOf(bytes)
  if (lines.length > limits.appendsPerRequestMax)
    throw new Problem('too-large', { detail: `Send at most ${limits.appendsPerRequestMax} lines at a time.` })
  const read = lines.map((line): AppendRequest | Problem => {
    try {
      return intake(parseJson(line), line.length)
    } catch (error) {
      const problem = toProblem(error)
      if (problem.code === 'internal') throw error
      return problem
    }
  })
  const requests = read.filter((request): request is AppendRequest => !(request instanceof Problem))
  const outcomes = requests.length === 0 ? [] : await commit.append(requests, bytes.length)
  let next = 0
  const answers = read.map((request): AppendOutcome => {
    if (request instanceof Problem) return { kind: 'refused', problem: request }
    return outcomes[next++] ?? { kind: 'refused', problem: new Problem('internal') }
  })
  const text = answers.map((answer) => `${lineOf(answer)}\n`).join('')
  sendText(res, 200, mediaTypes.ndjson, head(), text)
}

/** `POST /events`. A request is answered when what the answer says is on the disk. */
export const routeAppends = (router: Router, publishing: Publishing): void => {
  const append: RequestHandler = async (req, res) => {
    const body: RawBody | undefined = req.body
    if (body === undefined) throw new Problem('bad-json', { detail: 'Send an event, or an array of events.' })
    if (body.contentType === mediaTypes.ndjson) await appendLines(publishing, body, res)
    else await appendOne(publishing, body, res)
  }
  const types = [mediaTypes.json, mediaTypes.cloudEvent, mediaTypes.cloudEventBatch, mediaTypes.ndjson]
  router.post('/events', ...rawBody({ bytesMax: limits.requestBytesMax, types }), append)
}
