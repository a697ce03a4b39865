import { outgoing } from '@logbook/chassis/testing/bus-conformance.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { failingBusProcess, startBusProcess } from './bus-process.ts'
import { clientOf, post } from './running-bus.ts'

let file: string
beforeEach(async () => {
  const folder = temporaryFolder()
  file = `${folder}/log.sqlite`
})

const wholeLog = async (url: string): Promise<RecordedEvent[]> => {
  const text = await (await fetch(`${url}/events`, { headers: { accept: 'application/x-ndjson' } })).text()
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** Appends with 64 in flight until `gone`, and notes the place of each event that was acknowledged. */
const appendUntil = async (
  gone: AbortSignal,
  url: string,
  acknowledged: Map<string, number>,
): Promise<void> => {
  const client = clientOf({ url }, { tryMsMax: 1_500 })
  const worker = async () => {
    while (!gone.aborted) {
      const event = outgoing({ subject: `s-${acknowledged.size % 20}` })
      // One that fails was cut off by the kill, or the machine was too slow for it.
      const [place] = await client.append([event]).catch(() => [])
      if (place) acknowledged.set(event.id, place.position)
    }
  }
  await Promise.all(Array.from({ length: 64 }, worker))
}

describe('kill -9 while appending', () => {
  it('a killed bus loses no acknowledged event, and has none twice', async () => {
    const acknowledged = new Map<string, number>()
    for (const round of [1, 2, 3]) {
      const bus = await startBusProcess({ DATABASE: file })
      const gone = new AbortController()
      const appending = appendUntil(gone.signal, bus.url, acknowledged)
      await expect.poll(() => acknowledged.size, { interval: 1 }).toBeGreaterThan(round * 1_000)
      await bus.end('SIGKILL')
      gone.abort()
      await appending
    }
    const bus = await startBusProcess({ DATABASE: file })
    const events = await wholeLog(bus.url)
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1))
    const places = new Map(events.map(({ id, position }) => [id, position]))
    expect(places.size).toBe(events.length)
    const lost = [...acknowledged].filter(([id, position]) => places.get(id) !== position)
    expect(lost).toEqual([])
  })

  it('an append without an answer can be repeated', async () => {
    const first = await startBusProcess({ DATABASE: file })
    const event = outgoing({ expectedversion: 'none' })
    await post(first, JSON.stringify(event))
    await first.end('SIGKILL')
    const second = await startBusProcess({ DATABASE: file })
    expect(await clientOf(second).append([event])).toMatchObject([{ position: 1, version: 1 }])
    expect(await wholeLog(second.url)).toHaveLength(1)
  })
})

describe('the process', () => {
  it('on SIGTERM the bus answers running requests, ends streams and exits 0', async () => {
    const bus = await startBusProcess({ DATABASE: file })
    const following = await fetch(`${bus.url}/events`, { headers: { accept: 'text/event-stream' } })
    const answers = Array.from({ length: 20 }, () => post(bus, '{"type":"A","data":1}'))
    const statuses = await Promise.all(answers.map(async (answer) => (await answer).status))
    expect(await bus.end('SIGTERM')).toBe(0)
    expect(await following.text()).toContain('event: caught-up')
    expect(new Set(statuses)).toEqual(new Set([201]))
  })

  it('a log that another process writes is refused with a message', async () => {
    await startBusProcess({ DATABASE: file })
    const { code, said } = await failingBusProcess({ DATABASE: file })
    expect(code).toBe(1)
    expect(said).toContain('is open for writing in another process')
  })

  it('invalid settings are refused, each by name', async () => {
    const { code, said } = await failingBusProcess({ DATABASE: file, PORT: 'abc', LOG_LEVEL: 'loud' })
    expect(code).toBe(78)
    expect(said).toMatch(/PORT[\s\S]*LOG_LEVEL/)
  })
})
