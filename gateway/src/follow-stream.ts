import { repeat } from '@logbook/chassis/async/repeat.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Dispatcher } from 'undici'

export interface StreamBounds {
  /** How long the head of the answer may take, and how long it may say nothing after that. */
  answerMsMax: number
  silenceMsMax: number
  backoffMs: { initial: number; max: number }
}

interface StreamOptions {
  dispatcher: Dispatcher
  path: string
  headers?: Readonly<Record<string, string>>
  /** Such as `query`, and what its stream tells, such as `all changes`: for the log. */
  service: string
  what: string
  bounds: StreamBounds
  logger: Logger
  /** Called with each event. `begun` says that the stream is of use; an error that is thrown, or given to `fail`, ends it for the moment. */
  onEvent: (event: EventSourceMessage, now: { begun: () => void; fail: (error: unknown) => void }) => void
  /** Nothing is told for the moment. */
  onEnd: () => void
}

/** Follows server-sent events of a service until the signal aborts. A stream that breaks is begun again, with growing pauses. */
export const followStream = async (
  { dispatcher, path, headers = {}, service, what, bounds, logger, onEvent, onEnd }: StreamOptions,
  signal: AbortSignal,
): Promise<void> => {
  const follow = async (begun: () => void): Promise<void> => {
    const over = new AbortController()
    const { statusCode, body } = await dispatcher.request({
      ...{ method: 'GET', path },
      headers: { accept: 'text/event-stream', ...headers },
      headersTimeout: bounds.answerMsMax,
      bodyTimeout: bounds.silenceMsMax,
      signal: AbortSignal.any([signal, over.signal]),
    })
    if (statusCode !== 200) {
      await body.dump()
      throw new Problem('unavailable', {
        detail: `${service} answered ${statusCode} to who follows ${what}.`,
      })
    }
    const now = { begun, fail: (error: unknown) => over.abort(error) }
    const parser = createParser({ onEvent: (event) => onEvent(event, now) })
    const decoder = new TextDecoder()
    for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }))
    throw new Problem('unavailable', { detail: `${service} ended the stream of ${what}.` })
  }

  let isAway = false
  const turn = (progressed: () => void) =>
    follow(() => {
      if (isAway) logger.info(`following ${what} again`)
      isAway = false
      progressed()
    }).finally(onEnd)
  await repeat(turn, {
    ...{ signal, backoffMs: bounds.backoffMs },
    onFailure(error) {
      if (!isAway) logger.warn({ err: error }, `${what} are not told for the moment`)
      isAway = true
    },
  })
}
