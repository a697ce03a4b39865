import { Readable } from 'node:stream'
import { liveEvents } from '@logbook/chassis/log/live-events.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { expect, it, onTestFinished, vi } from 'vitest'

const frame = (position: number) =>
  `id: ${position}\ndata: ${JSON.stringify({ ...completeEvent(), position, data: 'é🦉' })}\n\n`

const pagesOf = async (chunks: Iterable<string | Buffer>, { after = 0, silenceMsMax = 1_000 } = {}) => {
  const pages: { positions: number[]; position: number; caughtUp: boolean }[] = []
  for await (const { events, position, caughtUp } of liveEvents(Readable.from(chunks), {
    after,
    silenceMsMax,
  }))
    pages.push({ positions: events.map((event) => event.position), position, caughtUp })
  return pages
}

it('makes one page of what one chunk brought', async () => {
  expect(await pagesOf([frame(1) + frame(2), frame(3)])).toEqual([
    { positions: [1, 2], position: 2, caughtUp: false },
    { positions: [3], position: 3, caughtUp: false },
  ])
})

it('makes one page of what the bus sent as one, however the network cut it', async () => {
  const log = (position: number) =>
    `id: ${position}\nevent: log\ndata: ${JSON.stringify({ id: completeEvent().id, epoch: 1, position, checksum: '0' })}\n\n`
  const caughtUp = 'id: 6\nevent: caught-up\ndata: {"position":6}\n\n'
  const sent = `${log(0)}${frame(1)}${frame(2)}${frame(3)}${log(3)}${frame(4)}${frame(6)}${log(6)}${caughtUp}${frame(7)}${log(7)}`
  const bytes = Buffer.from(sent)
  for (const size of [1, 50, 400, 5_000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    )
    const pages = await pagesOf(chunks)
    expect(pages.flatMap(({ positions }) => positions)).toEqual([1, 2, 3, 4, 6, 7])
    expect(pages.every(({ position }) => [0, 3, 6, 7].includes(position))).toBe(true)
    expect(pages.at(-1)?.caughtUp).toBe(true)
  }
  expect(await pagesOf([log(0), frame(1), frame(2) + log(2)])).toMatchObject([
    { positions: [], position: 0 },
    { positions: [1, 2], position: 2 },
  ])
})

it('is caught up from the mark on', async () => {
  const mark = 'id: 1\nevent: caught-up\ndata: {"position":1}\n\n'
  expect((await pagesOf([frame(1), mark, frame(2)])).map(({ caughtUp }) => caughtUp)).toEqual([
    false,
    true,
    true,
  ])
})

it('moves on by checkpoints, and is silent about heartbeats', async () => {
  const checkpoint = 'id: 9\nevent: checkpoint\ndata: {"position":9}\n\n'
  expect(await pagesOf([': heartbeat\n\n', frame(4) + checkpoint, ': heartbeat\n\n'])).toEqual([
    { positions: [4], position: 9, caughtUp: false },
  ])
})

it('puts together what the network cut, in the middle of a character too', async () => {
  const bytes = Buffer.from(frame(1) + frame(2))
  const pages = await pagesOf(Array.from(bytes, (byte) => Buffer.from([byte])))
  expect(pages.flatMap(({ positions }) => positions)).toEqual([1, 2])
})

it('gives up a stream that has fallen silent', async () => {
  const stream = new Readable({ read() {} })
  stream.push(frame(1))
  const pages = liveEvents(stream, { after: 0, silenceMsMax: 20 })
  expect((await pages.next()).value).toMatchObject({ position: 1 })
  await expect(pages.next()).rejects.toMatchObject({ code: 'unavailable' })
  expect(stream.destroyed).toBe(true)
})

it('does not take a slow consumer for a silent bus', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const pages = liveEvents(Readable.from([frame(1), frame(2)]), { after: 0, silenceMsMax: 20 })
  await pages.next()
  await vi.advanceTimersByTimeAsync(60)
  expect((await pages.next()).value).toMatchObject({ position: 2 })
})
