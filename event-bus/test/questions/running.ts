import { createQuestionClient } from '@logbook/chassis/questions/question-client.ts'
import { onTestFinished } from 'vitest'
import { startBus } from '../running-bus.ts'
import { clientOfBus } from '../subscriptions/running.ts'

export interface Claimed {
  id: string
  token: string
  asker: string | null
  attempt: number
  leaseMs: number
  leftMs: number
  data: unknown
}

/** A bus and what one asks of it about questions, as plain HTTP and as the client does. */
export const startAskedBus = async (options: Parameters<typeof startBus>[0] = {}) => {
  const bus = await startBus(options)
  const { ask: send } = clientOfBus(() => bus.url)
  const client = createQuestionClient({ url: bus.url, source: '/test' })
  onTestFinished(() => client.close())
  return {
    ...bus,
    client,
    send,
    ask: (topic: string, body: object) =>
      send<Record<string, unknown>>('POST', `/questions/${topic}`, { body }),
    claim: async (topic: string, body: object = {}) =>
      (await send<Claimed[]>('POST', `/questions/${topic}/claim`, { body: { waitMs: 20_000, ...body } }))
        .body,
    reply: (topic: string, body: object) =>
      send<Record<string, unknown>>('POST', `/questions/${topic}/reply`, { body }),
    topics: async () => (await send<object[]>('GET', '/questions')).body,
  }
}

/** Answers with a client of its own until the test ends, or until it is told to stop. */
export const startAnswerer = (
  { url }: { url: string },
  topic: string,
  handler: (data: unknown) => unknown,
  options: { slots?: number; leaseMs?: number; onProblem?: (error: unknown) => void } = {},
) => {
  const client = createQuestionClient({ url, source: '/answerer' })
  const stopping = new AbortController()
  const done = client.answer(topic, ({ data }) => handler(data), { ...options, signal: stopping.signal })
  const stop = async () => {
    stopping.abort()
    await done
    client.close()
  }
  onTestFinished(stop)
  return { stop }
}
