import { randomUUID } from 'node:crypto'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bus, OutgoingEvent } from '../../src/log/bus.ts'
import type { PersonalData } from '../../src/sealing/personal-fields.ts'
import { sealedBus } from '../../src/sealing/sealed-bus.ts'
import { busOver } from '../../src/testing/memory-bus.ts'
import { memoryKeys } from '../../src/testing/memory-keys.ts'
import { memoryLog } from '../../src/testing/memory-log.ts'

const personal: PersonalData = {
  fields: {
    Said: {
      owner: (data) => (data as { by: string | null }).by,
      fields: ['name', 'words'],
      erased: () => ({ name: null, words: '[erased]' }),
    },
  },
  erasedBy: ({ type, data }) => (type === 'Erased' ? (data as { id: string }).id : undefined),
}

const said = (data: object, over: Partial<OutgoingEvent> = {}): OutgoingEvent => ({
  id: randomUUID(),
  source: '/test',
  type: 'Said',
  subject: 'talk',
  data,
  ...over,
})
const erased = (id: string): OutgoingEvent => said({ id }, { type: 'Erased' })

const setUp = () => {
  const log = busOver(memoryLog())
  const keys = memoryKeys()
  const open = () => sealedBus({ bus: log, keys: keys.ring(), personal })
  return { log, keys, open, bus: open() }
}

const all = async (bus: Bus): Promise<RecordedEvent[]> => (await bus.read({ after: 0, limit: 1_000 })).events
const dataIn = async (bus: Bus) => (await all(bus)).map(({ data }) => data)
const ann = '01920000-0000-7000-8000-00000000000a'

describe('a bus that seals', () => {
  it('gives back what was appended, and leaves nothing of it in the log', async () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 9, maxLength: 40 })
      .map((text) => `words of ${text}`)
    await fc.assert(
      fc.asyncProperty(
        word,
        word,
        fc.uuid(),
        fc.option(fc.string()),
        async (name, words, by, commanddigest) => {
          const { log, bus, open } = setUp()
          const data = { by, about: 'this', name, words }
          await bus.append([said(data, commanddigest ? { commanddigest } : {})])
          const [recorded] = await all(open())
          expect(recorded?.data).toEqual(data)
          expect(recorded?.commanddigest).toBe(commanddigest || undefined)
          const stored = JSON.stringify(await all(log))
          expect(stored).toContain('"about":"this"')
          for (const secret of [name, words])
            expect(stored).not.toContain(JSON.stringify(secret).slice(1, -1))
          if (commanddigest) expect(stored).not.toContain('commanddigest')
        },
      ),
    )
  })

  it('reads a stream, a page and what it follows alike', async () => {
    const { bus } = setUp()
    const data = { by: ann, name: 'Ann', words: 'Hello' }
    await bus.append([said(data)])
    expect((await bus.readStream('talk')).map((event) => event.data)).toEqual([data])
    const end = new AbortController()
    for await (const page of bus.follow({ after: 0, signal: end.signal })) {
      expect(page.events.map((event) => event.data)).toEqual([data])
      end.abort()
    }
  })

  it('appends the same event again as the same bytes', async () => {
    const { bus, open, log } = setUp()
    const event = said({ by: ann, name: 'Ann', words: 'Hello' })
    const [first] = await bus.append([event])
    const again = await open().append([{ ...event, data: { words: 'Hello', name: 'Ann', by: ann } }])
    expect(again).toEqual([{ ...first, repeated: true }])
    expect(await all(log)).toHaveLength(1)
    const other = { ...event, data: { by: ann, name: 'Ann', words: 'Bye' } }
    await expect(bus.append([other])).rejects.toMatchObject({ code: 'id-conflict' })
  })

  it('leaves data without an owner alone, and asks for no key', async () => {
    const { bus, log, keys } = setUp()
    const events = [
      said({ by: null, name: 'Ann', words: 'Hello' }),
      said({ by: ann, name: null, words: null }),
      said({ name: 'Ann' }, { type: 'Other' }),
      said({}, { type: 'Said', data: 'no object' }),
    ]
    await bus.append(events)
    expect(await dataIn(log)).toEqual(events.map(({ data }) => data))
    expect(keys.requests).toEqual([])
  })

  it('asks for the keys of a page in one request', async () => {
    const { bus, open, keys } = setUp()
    const people = Array.from({ length: 5 }, () => randomUUID())
    await bus.append(people.map((by) => said({ by, words: 'Hello' })))
    keys.requests.length = 0
    await all(open())
    expect(keys.requests).toHaveLength(1)
  })

  it('reads placeholders once the key is gone, and seals nothing more with it', async () => {
    const { bus, open, keys } = setUp()
    await bus.append([said({ by: ann, about: 'this', name: 'Ann', words: 'Hello' }, { commanddigest: 'x' })])
    keys.erase(ann)
    const [recorded] = await all(open())
    expect(recorded).toMatchObject({ data: { by: ann, about: 'this', name: null, words: '[erased]' } })
    expect(recorded).not.toHaveProperty('commanddigest')
    await expect(open().append([said({ by: ann, words: 'More' })])).rejects.toMatchObject({ code: 'gone' })
  })

  it('forgets a key that it knows as soon as it reads that it is gone, on both sides of that', async () => {
    const { bus } = setUp()
    const hello = said({ by: ann, name: 'Ann', words: 'Hello' })
    await bus.append([hello])
    await bus.append([erased(ann), said({ by: ann, name: 'Ann', words: 'Again' })])
    expect(JSON.stringify(await dataIn(bus))).not.toMatch(/Hello|Again|Ann/)
    await expect(bus.append([said({ by: ann, words: 'More' })])).rejects.toMatchObject({ code: 'gone' })
  })
})

describe('what can not be opened', () => {
  const tampered = async (change: (sealed: { key: string; box: string }) => unknown) => {
    const { bus, log, open, keys } = setUp()
    const bo = randomUUID()
    await bus.append([said({ by: ann, words: 'Hello' }), said({ by: bo, words: 'Bye' })])
    const [first, second] = (await all(log)) as RecordedEvent<
      string,
      { sealed: { key: string; box: string } }
    >[]
    if (first === undefined || second === undefined) throw new Error('both stand in the log')
    const forged = { ...first.data, words: 'in the clear', sealed: change(first.data.sealed) }
    await log.append([said(forged)])
    return { last: (await all(open())).at(-1), second, keys, open }
  }
  const nothing = { sealed: { reason: expect.any(String) } }

  it.each<[string, (sealed: { key: string; box: string }) => unknown]>([
    ['a box of another event', (sealed) => sealed],
    ['a cut one', ({ key, box }) => ({ key, box: box.slice(0, 20) })],
    ['no box', ({ key }) => ({ key })],
    ['no key', ({ box }) => ({ box })],
    ['no object', () => 7],
    ['null', () => null],
    ['an unknown key', ({ box }) => ({ key: randomUUID(), box })],
  ])('is handed on as unreadable, never as text: %s', async (_, change) => {
    const { last } = await tampered(change)
    expect(last?.data).toEqual(nothing)
  })

  it('is everything once the keys are lost, and a lost one is not replaced', async () => {
    const { bus, open, keys } = setUp()
    await bus.append([said({ by: ann, words: 'Hello' })])
    keys.lose()
    expect(await dataIn(open())).toEqual([nothing])
  })

  it('is waited for while the keys are away: a page is late, and never sealed', async () => {
    const { bus, open, keys } = setUp()
    await bus.append([said({ by: ann, words: 'Hello' })])
    keys.answering(false)
    const fresh = open()
    await expect(all(fresh)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(fresh.append([said({ by: ann, words: 'More' })])).rejects.toMatchObject({
      code: 'unavailable',
    })
    // Who knows the key goes on.
    expect(await dataIn(bus)).toEqual([{ by: ann, words: 'Hello' }])
    await bus.append([said({ by: ann, words: 'More' })])
    keys.answering(true)
    expect(await dataIn(fresh)).toHaveLength(2)
  })
})
