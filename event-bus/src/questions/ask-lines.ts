import { toProblem } from '@logbook/chassis/http/errors.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import { askQuestionLine } from '@logbook/contracts/http/questions.ts'
import type { Response } from 'express'
import { linesOf } from '../append/lines.ts'
import { answerText } from './answer-text.ts'
import { jsonIn } from './bodies.ts'
import { questionLimits } from './limits.ts'
import type { Answer } from './question.ts'
import type { Questions } from './questions.ts'

interface AskLines {
  questions: Questions
  topic: string
  asker: string | null
  bytes: Buffer
  res: Response
}

const refusalText = (problem: Problem, id: string | undefined): string =>
  JSON.stringify(id === undefined ? problem.toBody() : { ...problem.toBody(), id })

const idIn = (input: unknown): string | undefined =>
  typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string'
    ? input.id.slice(0, 100)
    : undefined

/** Writes lines as they come, batched per tick, and ends after `count` of them. */
const createLineWriter = (res: Response, count: number) => {
  let left = count
  let lines: string[] = []
  let written: (() => void)[] = []
  const flush = () => {
    const done = written
    res.write(lines.join(''), () => {
      for (const each of done) each()
    })
    lines = []
    written = []
    if (left === 0) res.end()
  }
  return (line: string, onWritten?: () => void): void => {
    if (lines.length === 0) queueMicrotask(flush)
    lines.push(`${line}\n`)
    if (onWritten) written.push(onWritten)
    left -= 1
  }
}

/** Each line is a question, and is answered by a line of its own as soon as there is an answer. */
export const askLines = ({ questions, topic, asker, bytes, res }: AskLines): void => {
  const lines = linesOf(bytes)
  if (lines.length > questionLimits.questionsPerRequestMax)
    throw new Problem('too-large', {
      detail: `Send at most ${questionLimits.questionsPerRequestMax} questions in a request.`,
    })
  if (lines.length === 0) throw new Problem('bad-json', { detail: 'Send one question per line.' })
  res.status(200).set({ 'Content-Type': mediaTypes.ndjson, 'Cache-Control': 'no-store' })
  const write = createLineWriter(res, lines.length)
  const endings = new Set<() => void>()
  res.once('close', () => {
    for (const end of endings) end()
  })
  const askOne = (line: Buffer): void => {
    let input: unknown
    try {
      input = jsonIn(line)
      const { data, ...asked } = validate(askQuestionLine, input)
      const answered = (answer: Answer) => {
        endings.delete(abandon)
        if (answer.kind === 'refused') return write(refusalText(answer.problem, asked.id))
        endings.add(answer.taken)
        write(answerText(asked.id, answer), () => {
          endings.delete(answer.taken)
          answer.taken()
        })
      }
      const abandon = questions.ask({ ...asked, topic, asker, data: JSON.stringify(data ?? null), answered })
      endings.add(abandon)
    } catch (error) {
      const problem = toProblem(error)
      if (problem.code === 'internal') throw error
      write(refusalText(problem, idIn(input)))
    }
  }
  for (const line of lines) askOne(line)
}
