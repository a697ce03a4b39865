import { healthReasons } from '@logbook/contracts/http/health.ts'
import type { ServiceReport } from '@logbook/contracts/http/service-report.ts'
import { describe, expect, it } from 'vitest'
import { adviceOn } from '../advice.ts'
import { diagnose } from '../diagnose.ts'
import type { Facts, ServiceFacts } from '../facts.ts'
import { printDiagnosis } from '../print.ts'

const report: ServiceReport = {
  service: 'posts',
  status: 'ok',
  complaints: [],
  health: { ready: true, position: 42 },
  version: '1.0.0',
  runtime: 'v24.0.0',
  pid: 7,
  upSeconds: 7_300,
  memoryBytes: 80 * 2 ** 20,
  now: '2026-03-01T09:00:00.000Z',
  file: { path: '/data/posts.sqlite', bytes: 2_048, mode: '0600' },
}
const url = 'http://127.0.0.1:4000'
const posts = (its: Partial<ServiceReport> = {}, more: { clockAheadMs?: number } = {}): ServiceFacts => ({
  ...{ name: 'posts', url, kind: 'reported', ms: 3, clockAheadMs: 0 },
  report: { ...report, ...its },
  ...more,
})
const silent: ServiceFacts = { name: 'posts', url, kind: 'silent', why: 'ECONNREFUSED' }
const well: Facts = {
  version: '1.0.0',
  address: 'http://localhost:3000',
  busUrl: 'http://127.0.0.1:4005',
  folder: {
    ...{ path: '/data', exists: true, runner: 'process 5', files: 9, bytes: 4_096, freeBytes: 1e10 },
    faults: [],
  },
  bus: { kind: 'answers', position: 42, complaints: [], ms: 2 },
  services: [posts(), { name: 'client', url, kind: 'answers', ms: 4 }],
}
const wrongIn = (facts: Partial<Facts>) =>
  diagnose({ ...well, ...facts }).findings.filter(({ level }) => level !== 'ok')

describe('the diagnosis', () => {
  it('the diagnosis is that all is well where nothing is wrong, and says what was looked at', () => {
    const { ok, running, verdict, findings } = diagnose(well)
    expect({ ok, running, verdict }).toEqual({ ok: true, running: true, verdict: 'Logbook is well.' })
    expect(findings.map(({ about, says }) => `${about}: ${says}`)).toEqual([
      'event-bus: It answers in 2 ms; the log ends at position 42.',
      'posts: It answers in 3 ms, up to date with the log; up for 2 h, 80 MiB of memory, file of 2 KiB.',
      'client: It answers in 4 ms.',
      'files: 9 files of 4 KiB in /data, for their owner alone.',
      'disk: 9.3 GiB are free.',
      'clock: 1 service has the same time as this machine.',
    ])
  })

  it('the diagnosis names each complaint of a service with what to do, as broken where it can’t do its work', () => {
    const complaints = [{ reason: 'keys', detail: 'The keys of people can’t be had.' }]
    expect(wrongIn({ services: [posts({ complaints })] })).toEqual([
      { about: 'posts', level: 'look', says: complaints[0]?.detail, advice: adviceOn('keys') },
    ])
    const unready = posts({ complaints, health: { ready: false } })
    expect(wrongIn({ services: [unready] })).toMatchObject([{ level: 'broken' }])
    expect(healthReasons.map(adviceOn).every((each) => each !== adviceOn('unheard-of'))).toBe(true)
  })

  it.each<[what: string, facts: Partial<Facts>, about: string, says: RegExp]>([
    ['a service that is down', { services: [silent] }, 'posts', /Nothing answers at .*: ECONNREFUSED/],
    [
      'a service that lives and is not on the bus',
      { services: [{ name: 'posts', url, kind: 'mute', why: 'No answerer was free in time.' }] },
      'posts',
      /does not answer over the bus/,
    ],
    [
      'a follower far behind',
      { bus: { ...well.bus, position: 9_999 } as Facts['bus'] },
      'posts',
      /9,957 events behind/,
    ],
    [
      'another version',
      { services: [posts({ version: '0.9.0' })] },
      'posts',
      /runs version 0.9.0, and 1.0.0/,
    ],
    [
      'a clock that is off',
      { services: [posts({}, { clockAheadMs: -90_000 })] },
      'clock',
      /posts is 90 s behind/,
    ],
    ['a full disk', { folder: { ...well.folder, freeBytes: 1_000 } }, 'disk', /1,000 bytes are free/],
    [
      'a file that others can read',
      { folder: { ...well.folder, faults: ['/data/x is open.'] } },
      'files',
      /is open/,
    ],
    [
      'a port that something else has',
      { bus: { kind: 'stranger', why: 'It is no bus.' } },
      'event-bus',
      /no bus/,
    ],
  ])('the diagnosis says what is wrong with %s', (_, facts, about, says) => {
    const wrong = wrongIn(facts)
    expect(wrong.map((each) => each.about)).toEqual([about])
    expect(wrong[0]?.says).toMatch(says)
    expect(wrong[0]?.advice).toBeTruthy()
    expect(diagnose({ ...well, ...facts }).ok).toBe(false)
  })

  it.each<[what: string, facts: Partial<Facts>, says: RegExp]>([
    [
      'nothing runs',
      { services: [silent], folder: { ...well.folder, runner: undefined } },
      /^Logbook is not running\.$/,
    ],
    ['the bus alone is down', { folder: { ...well.folder, runner: undefined } }, /though posts, client are/],
    ['a runner holds the folder', { services: [silent] }, /^process 5 runs a Logbook on this data folder/],
  ])('the diagnosis says in one sentence that %s', (_, facts, says) => {
    const { findings, running, ok } = diagnose({
      ...well,
      ...facts,
      bus: { kind: 'silent', why: 'ECONNREFUSED' },
    })
    expect({ running, ok }).toEqual({ running: false, ok: false })
    expect(findings[0]).toMatchObject({ about: 'logbook', level: 'broken' })
    expect(findings[0]?.says).toMatch(says)
  })

  it('the diagnosis is printed with what to do under what is wrong, and without colours where no terminal is', () => {
    const facts = { ...well, services: [silent] }
    expect(printDiagnosis(diagnose(facts), facts, { isTerminal: false })).toContain(
      '  ✗ posts       Nothing answers at http://127.0.0.1:4000: ECONNREFUSED.\n                → read its last log lines',
    )
  })
})
