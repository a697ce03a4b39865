import { readFile, writeFile } from 'node:fs/promises'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { silentProgress } from '@logbook/event-bus/tool/progress.ts'
import { verifyLog } from '@logbook/event-bus/tool/verify.ts'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { post, startBus } from '../running-bus.ts'
import { flipIn, makeLog, nth, pageKinds, tamper, wordOf } from '../tool/logs.ts'

const bad = 13

describe('a flipped bit in an event', () => {
  let url: string
  beforeEach(async () => {
    const file = await makeLog(30)
    await flipIn(file, wordOf(bad))
    url = (await startBus({ file })).url
  })

  const get = (path: string, accept = 'application/json') => fetch(`${url}${path}`, { headers: { accept } })
  const positionsIn = async (path: string): Promise<number[]> => {
    const answer = await get(path)
    const events: RecordedEvent[] = await answer.json()
    return answer.ok ? events.map(({ position }) => position) : []
  }
  const expectRefusal = async (answer: Response, damaged: object) => {
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('60')
    expect(await answer.json()).toMatchObject({
      code: 'unavailable',
      detail: expect.stringMatching(/^The log is damaged at .*verify/),
      damaged,
    })
  }

  it('a flipped byte is not served: the page before it ends there, and the next one is refused and names it', async () => {
    const first = await get('/events?after=0&limit=100')
    expect(first.headers.get('Position')).toBe('12')
    expect(first.headers.get('Link')).toContain('after=12')
    expect(await first.json()).toHaveLength(12)
    await expectRefusal(await get('/events?after=12&limit=100'), { position: bad })
  })

  it('events after a flipped byte can be read', async () => {
    expect(await positionsIn('/events?after=13&limit=100')).toEqual(
      Array.from({ length: 17 }, (_, index) => index + 14),
    )
  })

  it('a damaged event is refused by every way of reading', async () => {
    await expectRefusal(await get('/events?after=12&types=Odd'), { position: bad })
    await expectRefusal(await get('/events?after=12&subject=s-1'), { position: bad })
    await expectRefusal(await get('/streams/s-1?after=4'), { subject: 's-1', version: 5 })
    expect(await positionsIn('/streams/s-1')).toEqual([1, 4, 7, 10])
    expect(await positionsIn('/events?after=12&types=Even')).toEqual([14, 16, 18, 20, 22, 24, 26, 28, 30])
    expect(await positionsIn('/streams/s-2')).toHaveLength(10)
  })

  it('damage is reported by /health from the first read that meets it, and the bus is not ready', async () => {
    await get('/events?after=12&limit=100')
    const health = await (await get('/health')).json()
    expect(health).toMatchObject({ status: 'waiting', ready: false })
    expect(health.complaints).toContainEqual(expect.objectContaining({ reason: 'damage' }))
    expect(health.damage).toContain(`position ${bad}`)
  })

  it('a follower stops at a damaged event, and gets the reason when it reconnects', async () => {
    await expectRefusal(await get('/events?after=12', 'text/event-stream'), { position: bad })
    const stream = await get('/events', 'application/x-ndjson')
    const read = await stream.text().catch(() => 'cut')
    expect(read).toBe('cut')
  })

  it('appends go on beside damage, and only a repetition of the damaged event is refused', async () => {
    const lines = [nth(bad), nth(14), nth(31)].map((event) => JSON.stringify(event)).join('\n')
    const answer = await post({ url }, lines, { type: 'application/x-ndjson' })
    const outcomes = (await answer.text())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(outcomes).toMatchObject([
      { status: 503, code: 'unavailable', damaged: { position: bad } },
      { status: 200, events: [{ position: 14 }] },
      { status: 201, events: [{ position: 31 }] },
    ])
  })
})

describe('other damage', () => {
  const open = async (file: string) => startBus({ file })

  it('a log with a damaged last event does not open: nothing is chained to it', async () => {
    const file = await makeLog(30)
    await flipIn(file, wordOf(30))
    expect(() => openLog(file)).toThrow(/is damaged at its end, position 30/)
  })

  it('a page with a gap is not served', async () => {
    const file = await makeLog(30)
    tamper(file, `DELETE FROM events WHERE position = ${bad}`)
    const { url } = await open(file)
    expect(await (await fetch(`${url}/events?limit=100`)).json()).toHaveLength(12)
    expect((await fetch(`${url}/events?after=12`)).status).toBe(503)
    expect(await (await fetch(`${url}/streams/s-1`)).json()).toHaveLength(4)
    expect((await fetch(`${url}/streams/s-1?after=4`)).status).toBe(503)
    expect((await fetch(`${url}/events?after=11&subject=s-1`)).status).toBe(503)
  })

  it('an event that an index assigns to another stream is not served', async () => {
    const file = await makeLog(200)
    await flipIn(file, 's-2', pageKinds.index)
    const { url } = await open(file)
    for (const subject of ['s-0', 's-1', 's-2', 's-3']) {
      const answer = await fetch(`${url}/streams/${subject}?limit=1000`)
      const events: RecordedEvent[] = answer.ok ? await answer.json() : []
      expect(events.filter((event) => event.subject !== subject)).toEqual([])
    }
  })
})

describe('any flipped byte', () => {
  const readAll = async (read: (after: number) => ReturnType<LogStore['read']>): Promise<string[]> => {
    const texts: string[] = []
    try {
      for (let after = 0; ; ) {
        const page = await read(after)
        texts.push(...page.events)
        if (!page.more) return texts
        after = page.position
      }
    } catch (error) {
      if (isProblem(error, 'unavailable')) return texts
      throw error
    }
  }

  it('served events are intact and in order, and a log that verifies is complete', async () => {
    const original = await makeLog(60)
    const bytes = await readFile(original)
    const log = openLog(original)
    const whole = await readAll((after) => log.read({ after, limit: 7 }))
    await log.close()
    const file = `${temporaryFolder()}/flipped.sqlite`
    const served = async (): Promise<string[]> => {
      try {
        const flipped = openLog(file)
        const texts = await readAll((after) => flipped.read({ after, limit: 7 }))
        await flipped.close()
        return texts
      } catch {
        // It does not open, which serves nothing.
        return []
      }
    }
    let found = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(bytes)
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at)
        await writeFile(file, flipped)
        const sound = await verifyLog(file, silentProgress).then(
          ({ position }) => position === whole.length,
          () => false,
        )
        if (!sound) found += 1
        const texts = await served()
        expect(texts).toEqual(whole.slice(0, texts.length))
        if (sound && texts.length > 0) expect(texts).toEqual(whole)
      }),
      cases(100),
    )
    expect(found).toBeGreaterThan(20)
  })
})
