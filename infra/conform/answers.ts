import type { ServerResponse } from 'node:http'
import { setImmediate as afterIo } from 'node:timers/promises'
import { pause } from '@logbook/chassis/async/pause.ts'
import type { Faults } from './faults.ts'
import { frameReader, isEventFrame, pieces, withRepeats } from './injected-faults.ts'
import { limits } from './limits.ts'

/** An answer of the bus on its way to the consumer. */
interface Passing {
  res: ServerResponse
  answer: Response
  faults: Faults
  /** Told how many events went out. */
  onDelivered: (count: number) => void
}

const passedOn = ['content-type', 'position', 'link', 'etag', 'vary', 'retry-after', 'cache-control']

export const cut = (res: ServerResponse): void => void res.socket?.destroy()

const sendHead = ({ res, answer }: Passing): void => {
  for (const name of passedOn) {
    const value = answer.headers.get(name)
    if (value !== null) res.setHeader(name, value)
  }
  res.writeHead(answer.status)
  res.flushHeaders()
}

/** Writes, in pieces at times, and breaks off in the middle where told to. */
const put = async ({ res, faults }: Passing, bytes: Buffer, breaks: boolean): Promise<void> => {
  const whole = breaks ? bytes.subarray(0, bytes.length >> 1) : bytes
  const injected = faults.injected()
  const parts = injected && faults.happens('split', 'split') ? pieces(whole, injected.random) : [whole]
  for (const part of parts) {
    if (!res.write(part)) await pause(1)
    // Each piece is to leave by itself.
    if (parts.length > 1) await afterIo()
  }
  if (breaks) cut(res)
}

/** A JSON page, in which events may come again. */
const passPage = async (passing: Passing): Promise<void> => {
  const { res, answer, faults, onDelivered } = passing
  const events: unknown[] = JSON.parse(await answer.text())
  const injected = faults.injected()
  const sent = injected
    ? withRepeats(events, { random: injected.random, repeat: injected.chances.repeat })
    : events
  faults.counts.repeated += sent.length - events.length
  onDelivered(sent.length)
  sendHead(passing)
  await put(passing, Buffer.from(JSON.stringify(sent)), faults.happens('cut', 'cutAfter'))
  res.end()
}

/** Server-sent events, among which the last few may come again, and which may break off in the middle of one. */
const passLive = async (passing: Passing): Promise<void> => {
  const { res, answer, faults, onDelivered } = passing
  sendHead(passing)
  const reader = frameReader()
  const decoder = new TextDecoder()
  const recent: string[] = []
  for await (const chunk of answer.body ?? []) {
    for (const frame of reader.push(decoder.decode(chunk, { stream: true }))) {
      if (!isEventFrame(frame)) {
        await put(passing, Buffer.from(frame), false)
        continue
      }
      recent.push(frame)
      if (recent.length > limits.repeatedMax) recent.shift()
      const again = faults.happens('repeated', 'repeat') ? recent : []
      onDelivered(1 + again.length)
      const breaks = faults.happens('cut', 'cutLive')
      await put(passing, Buffer.from([frame, ...again].join('')), breaks)
      if (breaks) return
    }
  }
  res.end()
}

/** Passes an answer on. `events` says that it holds events of the log, whose delivery may go wrong. */
export const pass = async (passing: Passing, { events }: { events: boolean }): Promise<void> => {
  const { res, answer, faults } = passing
  const type = answer.headers.get('content-type') ?? ''
  if (events && type.startsWith('text/event-stream')) return passLive(passing)
  if (events && type.startsWith('application/json')) return passPage(passing)
  const bytes = Buffer.from(await answer.arrayBuffer())
  if (faults.happens('cut', 'cutAfter')) return cut(res)
  sendHead(passing)
  res.end(bytes)
}
