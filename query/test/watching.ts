import { once } from 'node:events'
import { type IncomingMessage, type RequestListener, request } from 'node:http'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { expect, onTestFinished, vi } from 'vitest'

export interface Told {
  id: string
  event: string
  data: unknown
}

/** Server-sent events with data, in their order. */
export const parse = (text: string): Told[] =>
  text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) }
    })

/** Serves it until the test is over; resolves to the port. */
export const serve = async (app: RequestListener): Promise<number> => (await serveForTest(app)).port

/** A browser that watches; resolves once it has been told the first thing. */
export const watch = async (port: number, path: string, headers: Record<string, string> = {}) => {
  const call = request({ port, path, headers }).end()
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  let text = ''
  let ended = false
  answer.on('data', (chunk) => {
    text += chunk
  })
  answer.on('end', () => {
    ended = true
  })
  call.on('error', () => {})
  onTestFinished(() => void call.destroy())
  await vi.waitFor(() => expect(text).toContain('\n\n'))
  return { answer, call, told: () => parse(text), text: () => text, ended: () => ended }
}
