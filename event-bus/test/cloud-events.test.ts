import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { beginning, createRowWriter, openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { CloudEvent, HTTP } from 'cloudevents'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { post, startBus } from './running-bus.ts'

const send = async (bus: { url: string }, event: object) => {
  const answer = await post(bus, JSON.stringify(event))
  return { status: answer.status, body: await answer.json() }
}

const batchFrom = async ({ url }: { url: string }): Promise<CloudEvent<unknown>[]> => {
  const answer = await fetch(`${url}/events?limit=1000`, {
    headers: { Accept: 'application/cloudevents-batch+json' },
  })
  const message = { headers: Object.fromEntries(answer.headers), body: await answer.text() }
  return HTTP.toEvent(message) as CloudEvent<unknown>[]
}

describe('an attribute that CloudEvents forbids', () => {
  const [control, c1, surrogate, noncharacter] = ['a\nb', 'a\u0085b', 'a\ud800b', 'a\ufffeb']
  it.each<[path: string, event: object]>([
    ...[control, c1, surrogate, noncharacter, 'a\u0000', '\u007f', '\u{1ffff}'].flatMap(
      (value): [string, object][] =>
        ['correlationid', 'causationid', 'traceparent', 'commanddigest', 'colour', 'source'].map((name) => [
          name,
          { [name]: value },
        ]),
    ),
    ...['', 'two words', 'a:b c', 'http://[::1', 'http://[nine]/', '%', '%zz', '//[v1.]', 'ü', 'a\\b', '1:a']
      .concat('http://a:port/', '#a#b', '<x>')
      .map((source): [string, object] => ['source', { source }]),
    ...['', '/relative', 'no spaces allowed', 'https://schema.example/a#b'].map(
      (dataschema): [string, object] => ['dataschema', { dataschema }],
    ),
    ...[2 ** 31, -(2 ** 31) - 1, 1.5, 2 ** 53].map((priority): [string, object] => [
      'priority',
      { priority },
    ]),
    ['dataversion', { dataversion: 2 ** 31 }],
    ...[
      '2026-01-01T00:00Z',
      '2026-01-01',
      '2026-02-30T00:00:00Z',
      '2026-01-01T00:00:00',
      '2026-01-01 00:00:00Z',
    ]
      .concat('2026-01-01T24:00:00Z', '2026-01-01T00:00:00+25:00', `2026-01-01T00:00:00.${'0'.repeat(50)}Z`)
      .map((time): [string, object] => ['time', { time }]),
    ...[
      'application/ json',
      'application/a b+json',
      'application/\n+json',
      'application/+json',
      'application/xml',
    ]
      .concat(`application/${'a'.repeat(200)}+json`)
      .map((datacontenttype): [string, object] => ['datacontenttype', { datacontenttype }]),
    ...['tenantId', 'tenant_id', 'tenant-id', 'ten ant', 'ténant', ''].map((name): [string, object] => [
      name,
      { [name]: 'x' },
    ]),
    ['colour', { colour: ['blue'] }],
  ])('an attribute that CloudEvents forbids is refused at %s: %j', async (path, wrong) => {
    const bus = await startBus()
    const { status, body } = await send(bus, { type: 'A', data: null, ...wrong })
    expect([status, body.code, body.errors[0].path]).toEqual([422, 'invalid', path])
    expect(bus.store.head()).toBe(0)
  })
})

it('attributes that CloudEvents allows are kept as sent, and the official SDK reads them back', async () => {
  const bus = await startBus()
  const sources = [
    '/',
    'urn:a:b',
    'https://a.example:8080/x?y=z#w',
    '//[::1]/',
    'mailto:a@a.example',
    '../up',
    '#',
  ]
  const sent = sources.map((source, index) => ({
    ...{ specversion: '1.0', id: `id-${index}`, type: 'org.example.A', subject: 'a', source },
    ...{ time: '2026-01-01T00:00:00.123456+01:00', datacontenttype: 'application/vnd.a-b+json' },
    ...{ dataschema: 'https://schema.example/a?b', tenant: 'Zoë 🦉', priority: -(2 ** 31), urgent: false },
    data: { '': null },
  }))
  expect((await send(bus, sent)).status).toBe(201)
  const read = (await batchFrom(bus)).map((event) => ({ ...event }))
  expect(read).toMatchObject(sent)
})

// Values at the edges of what each attribute may be, and of none.
const someValue = fc.oneof(
  fc.constantFrom('', 'a', 'a b', '/a', 'urn:a', 'http://[::1]:1/', '%41', '%4', 'application/json', '1.0'),
  fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00Z', '0000-01-01T00:00:00Z', 'application/a+json'),
  fc.constantFrom<unknown>(null, true, 0, 1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 0.5, [], {}),
  anyText({ maxLength: 6 }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
)
const someName = fc.oneof(
  fc.constantFrom('id', 'source', 'subject', 'time', 'datacontenttype', 'dataschema', 'dataversion'),
  fc.constantFrom('correlationid', 'correlationId', 'traceparent', 'colour', 'Colour', 'col_our', 'priority'),
)
const someEvent = fc
  .array(fc.tuple(someName, someValue), { maxLength: 3 })
  .map((attributes) => ({ type: 'A', data: 1, ...Object.fromEntries(attributes) }))

it('the official SDK parses every accepted event', async () => {
  const bus = await startBus()
  const events = fc.sample(someEvent, 2_000)
  const body = events.map((event) => `${JSON.stringify(event)}\n`).join('')
  await (await post(bus, body, { type: 'application/x-ndjson' })).text()
  expect(bus.store.head()).toBeGreaterThan(200)
  const answer = await fetch(`${bus.url}/events`, { headers: { Accept: 'application/x-ndjson' } })
  for (const line of (await answer.text()).trimEnd().split('\n'))
    expect(() => new CloudEvent(JSON.parse(line)), line).not.toThrow()
})

describe('old names of attributes in requests', () => {
  const old = { type: 'A', id: 'one', correlationId: 'c', causationId: 'd', colour: 'blue', data: 1 }

  it('an event with old attribute names is accepted and stored with the present names', async () => {
    const bus = await startBus()
    expect((await send(bus, old)).status).toBe(201)
    const { correlationId, causationId, ...rest } = old
    const [event] = await (await fetch(`${bus.url}/events`)).json()
    expect(event).toMatchObject({ ...rest, correlationid: correlationId, causationid: causationId })
    expect(Object.keys(event).filter((name) => name !== name.toLowerCase())).toEqual([])
  })

  it('a wrong value is reported under the name that was sent, and both names at once are refused', async () => {
    const bus = await startBus()
    const wrong = await send(bus, { ...old, causationId: 5 })
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, 'causationId'])
    const both = await send(bus, { ...old, causationid: 'd' })
    expect([both.status, both.body.errors[0].path]).toEqual([422, 'causationId'])
  })

  it('a repetition gets its first position, whichever names were sent first', async () => {
    const bus = await startBus()
    const { correlationId: _, causationId: __, ...rest } = old
    const today = { ...rest, correlationid: 'c', causationid: 'd' }
    for (const [first, second] of [
      [old, today],
      [
        { ...today, id: 'two' },
        { ...old, id: 'two' },
      ],
    ] as const) {
      expect((await send(bus, first)).status).toBe(201)
      expect((await send(bus, second)).status).toBe(200)
    }
  })
})

describe('old names of attributes in a log', () => {
  /** Rows as an earlier Logbook wrote them. */
  const oldLog = async (): Promise<string> => {
    const folder = temporaryFolder()
    const file = `${folder}/log.sqlite`
    const db = openLogFile(file)
    const heads = [
      '"correlationId":"say \\"causationId\\":","causationId":"c",',
      '"colour":"\\"correlationId\\":","causationId":"c",',
      '',
    ]
    const rows = heads.map((head, index) => {
      const { id, ...rest } = completeEvent({
        id: `old-${index}`,
        data: { correlationId: 'data', causationId: index },
      })
      const event = { id, ...rest, position: index + 1, version: index + 1 }
      const { data, ...envelope } = event
      const text = `{${head}${JSON.stringify({ ...envelope, data }).slice(1)}`
      return { position: index + 1, id, subject: event.subject, version: index + 1, type: event.type, text }
    })
    createRowWriter(db)(rows, beginning)
    db.close()
    return file
  }

  it('rows with old names are served with present names, and rows and checksums stay as they are', async () => {
    const file = await oldLog()
    const rows = () => {
      const db = openLogFile(file)
      try {
        return db.prepare('SELECT *, hex(checksum) AS checksum FROM events ORDER BY position').all()
      } finally {
        db.close()
      }
    }
    const before = rows()
    const log = openLog(file)
    const bus = await startBus({ store: log })
    const expected = [
      { correlationid: 'say "causationId":', causationid: 'c' },
      { colour: '"correlationId":', causationid: 'c' },
      {},
    ]
    const check = (events: readonly RecordedEvent[]) => {
      for (const [index, event] of events.entries()) {
        expect(event).toMatchObject({
          ...expected[index],
          data: { correlationId: 'data', causationId: index },
        })
        expect(() => new CloudEvent(event as object)).not.toThrow()
      }
      expect(events).toHaveLength(3)
    }
    check(await (await fetch(`${bus.url}/events`)).json())
    check(await (await fetch(`${bus.url}/events?types=Happened`)).json())
    check(await (await fetch(`${bus.url}/events?subject=thing-1`)).json())
    check(await (await fetch(`${bus.url}/streams/thing-1`)).json())
    const lines = await fetch(`${bus.url}/events`, { headers: { Accept: 'application/x-ndjson' } })
    check(
      (await lines.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )
    await bus.close()
    expect(rows()).toEqual(before)
  })

  it('an old event that is sent again gets its first position', async () => {
    const log = openLog(await oldLog())
    const bus = await startBus({ store: log })
    const [first] = await (await fetch(`${bus.url}/events`)).json()
    const { position: _, version: __, correlationid, causationid, ...event } = first
    expect((await send(bus, { ...event, correlationid, causationid })).body).toMatchObject([{ position: 1 }])
    const again = await send(bus, { ...event, correlationId: correlationid, causationId: causationid })
    expect([again.status, again.body[0].position]).toEqual([200, 1])
  })
})
