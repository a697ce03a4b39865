import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemClock as clock } from '@logbook/chassis/clock.ts'
import { complaintsOf } from '@logbook/chassis/health/complaints.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { lastRun, lastRuns, noteRun } from '@logbook/event-bus/health/last-runs.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { createScrub } from '@logbook/event-bus/scrub/scrub.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { inMemory } from './running-bus.ts'
import { flipIn, makeLog, wordOf } from './tool/logs.ts'

const dayMs = 86_400_000
const scrubOf = (file: string, { everyMs = dayMs, firstAfterMs = 0 } = {}) => {
  const scrub = createScrub({ file, everyMs, firstAfterMs, clock, logger: silentLogger })
  onTestFinished(() => scrub.stop())
  scrub.start()
  return scrub
}

describe('background verification', () => {
  it('an open log is verified in the background, and a flipped byte is reported in /health and /metrics', async () => {
    const file = await makeLog(300)
    const store = openLog(file)
    const bus = createEventBus({
      ...inMemory(),
      store,
      logger: silentLogger,
      runs: () => lastRuns(file, clock.now()),
    })
    const { url, close } = await listen(bus.app, { host: '127.0.0.1', port: 0 })
    onTestFinished(async () => {
      await close()
      await bus.close()
    })
    const health = async () => (await fetch(`${url}/health`)).json()
    expect(await health()).toMatchObject({ scrub: { at: null, fault: null }, backup: { at: null } })
    await scrubOf(file).stop()
    const first = scrubOf(file)
    await vi.waitFor(async () =>
      expect((await health()).scrub).toMatchObject({ at: expect.any(String), fault: null }),
    )
    await first.stop()

    await flipIn(file, wordOf(123))
    noteRun(file, 'scrub', { at: '2020-01-01T00:00:00.000Z', fault: null })
    scrubOf(file)
    await vi.waitFor(async () => expect((await health()).scrub.fault).toMatch(/position 123/))
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^logbook_scrub_fault\S* 1$/m)
  })

  it('a verification is not repeated before its time, also across a restart', async () => {
    const file = await makeLog(5)
    const note = { at: clock.now().toISOString(), fault: null }
    noteRun(file, 'scrub', note)
    const scrub = scrubOf(file)
    // A thread that was begun would have noted its end before a second scrub, begun after it, notes its own.
    const other = await makeLog(5)
    scrubOf(other)
    await vi.waitFor(() => expect(lastRun(other, 'scrub').at).not.toBeNull())
    await scrub.stop()
    expect(lastRun(file, 'scrub')).toEqual(note)
  })

  it('a run stored while the clock was a year ahead has no age, and is reported', async () => {
    const file = await makeLog(1)
    const ahead = new Date(clock.now().getTime() + 365 * dayMs).toISOString()
    for (const run of ['backup', 'scrub'] as const) noteRun(file, run, { at: ahead, fault: null })
    const runs = lastRuns(file, clock.now())
    expect(complaintsOf({ ready: true, ...runs }).map(({ reason }) => reason)).toEqual(['backup', 'scrub'])
    // It is done again at the next start, not when the time has come.
    scrubOf(file)
    await vi.waitFor(() => expect(lastRun(file, 'scrub').at).not.toBe(ahead))
    // A clock that is set by minutes is no reason to complain.
    const soon = new Date(clock.now().getTime() + 600_000).toISOString()
    noteRun(file, 'backup', { at: soon, fault: null })
    expect(lastRuns(file, clock.now()).backup).toMatchObject({ ageSeconds: 0 })
  })

  it('the stored run is readable only by its owner, and an unreadable one counts as none', async () => {
    const file = await makeLog(1)
    noteRun(file, 'backup', { at: '2026-11-29T10:00:00.000Z', fault: null })
    expect(await readdir(dirname(file))).toContain('event-bus.sqlite.backup.json')
    expect(lastRuns(file, new Date('2026-11-29T11:00:00.000Z'))).toEqual({
      backup: { at: '2026-11-29T10:00:00.000Z', ageSeconds: 3_600, fault: null },
      scrub: { at: null, ageSeconds: null, fault: null },
    })
  })
})
