import { setImmediate as afterIo } from 'node:timers/promises'
import { type QuestionAnswer, questionAnswer, questionBounds } from '@logbook/contracts/http/questions.ts'
import { parseJson } from '@logbook/contracts/json.ts'
import { systemIds } from '../ids.ts'
import { problemOf } from '../log/bus-http.ts'
import { Problem } from '../problem.ts'
import type { QuestionHttp } from './question-http.ts'

export interface AskOptions {
  /** Until the bus answers `no-answer`. */
  timeoutMs?: number
  /** How many answerers may be given it, one after the other; with 1 its handler runs at most once. */
  attempts?: number
  /** The correlation id. */
  id?: string
  /** Gives up waiting. */
  signal?: AbortSignal
}

interface Asked {
  id: string
  line: string
  resolve: (answer: QuestionAnswer) => void
  reject: (error: unknown) => void
  /** Told when the asker waits no longer. */
  onLeave: (leave: () => void) => void
}

const linesMax = 100

/** Asks questions of topics. Those of one turn of the event loop go in one request, and each is answered as soon as its own answer is there. */
export const createAsking = (http: QuestionHttp) => {
  const gathering = new Map<string, Asked[]>()

  const sendGroup = async (topic: string, group: readonly Asked[]): Promise<void> => {
    const left = new Map(group.map((asked) => [asked.id, asked]))
    const over = new AbortController()
    for (const { id, onLeave } of group)
      onLeave(() => {
        left.delete(id)
        if (left.size === 0) over.abort()
      })
    const body = group.map(({ line }) => `${line}\n`).join('')
    try {
      for await (const line of http.lines(`/questions/${topic}`, body, over.signal)) {
        const input = parseJson(line)
        const answer = questionAnswer.safeParse(input)
        const { id } = Object(input) as { id?: string }
        const asked = left.get(id ?? '')
        if (asked === undefined) continue
        left.delete(asked.id)
        if (answer.success) asked.resolve(answer.data)
        else asked.reject(problemOf(input))
      }
      throw new Problem('unavailable', { detail: 'The event bus ended its answer early.' })
    } catch (error) {
      for (const { reject } of left.values()) reject(error)
    }
  }

  const sendSoon = async (topic: string): Promise<void> => {
    await afterIo()
    const all = gathering.get(topic) ?? []
    gathering.delete(topic)
    for (let from = 0; from < all.length; from += linesMax)
      void sendGroup(topic, all.slice(from, from + linesMax))
  }

  /** Resolves with the reply. Rejects with a `Problem`: `no-answer`, `answer-failed`, `too-many`, `unavailable`, …, or with the signal's reason. */
  return (
    topic: string,
    data: unknown,
    {
      timeoutMs = questionBounds.timeoutMsDefault,
      attempts = 3,
      id = systemIds.next(),
      signal,
    }: AskOptions = {},
  ): Promise<QuestionAnswer> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      let leave = () => {}
      const giveUp = () => {
        reject(signal?.reason)
        leave()
      }
      signal?.addEventListener('abort', giveUp, { once: true })
      const settling =
        <Value>(settle: (value: Value) => void) =>
        (value: Value) => {
          signal?.removeEventListener('abort', giveUp)
          settle(value)
        }
      const line = JSON.stringify({ id, data, timeoutMs, attempts })
      const onLeave: Asked['onLeave'] = (given) => {
        leave = given
      }
      const asked = { id, line, resolve: settling(resolve), reject: settling(reject), onLeave }
      const group = gathering.get(topic)
      if (group) group.push(asked)
      else {
        gathering.set(topic, [asked])
        void sendSoon(topic)
      }
    })
}
