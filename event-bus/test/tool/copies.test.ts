import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { backupLog } from '@logbook/event-bus/tool/backup.ts'
import { exportToFile } from '@logbook/event-bus/tool/export.ts'
import { silentProgress as progress } from '@logbook/event-bus/tool/progress.ts'
import { restoreLog } from '@logbook/event-bus/tool/restore.ts'
import { verifyLog } from '@logbook/event-bus/tool/verify.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fill, startBus } from '../running-bus.ts'
import { flipIn, makeLog, nth, wordOf } from './logs.ts'

const clock = fixedClock('2026-11-21T10:00:00.000Z')
const verify = (file: string) => verifyLog(file, progress)
const restore = (request: { log: string; from: string; force?: boolean }) =>
  restoreLog({ force: false, clock, progress, ...request })

describe('backup', () => {
  it('a backup copies the log while it is written, into one sound file', async () => {
    const folder = temporaryFolder()
    const log = `${folder}/event-bus.sqlite`
    const bus = await startBus({ file: log })
    await fill(bus, 10_000)
    let running = true
    const writing = (async () => {
      while (running) await fill(bus, 200)
    })()
    await mkdir(`${folder}/copy`)
    const end = await backupLog({ log, to: `${folder}/copy/b.sqlite`, progress })
    running = false
    await writing
    expect(end.position).toBeGreaterThanOrEqual(10_000)
    expect(await readdir(`${folder}/copy`)).toEqual(['b.sqlite'])
    expect(await verify(`${folder}/copy/b.sqlite`)).toEqual(end)
  })

  it('a backup replaces an earlier one only with --force, and nothing else', async () => {
    const log = await makeLog(10)
    const [first, other] = [`${log}.backup`, `${log}.notes`]
    await backupLog({ log, to: first, progress })
    const before = await readFile(first)
    await expect(backupLog({ log, to: first, progress })).rejects.toThrow(/there already. With --force/)
    expect(await readFile(first)).toEqual(before)
    await backupLog({ log, to: first, force: true, progress })
    await writeFile(other, 'mine')
    await expect(backupLog({ log, to: other, force: true, progress })).rejects.toThrow(
      /is not a backup of a log/,
    )
    expect(await readFile(other, 'utf8')).toBe('mine')
    await expect(backupLog({ log, to: log, progress })).rejects.toThrow(/replace the log itself/)
  })

  it('a backup into a missing folder is refused, such as a mistyped path or an unmounted disk', async () => {
    const log = await makeLog(10)
    const mistyped = `${dirname(log)}/bakcups/today.sqlite`
    await expect(backupLog({ log, to: mistyped, progress })).rejects.toThrow(/There is no folder .*bakcups/)
    await expect(exportToFile({ log, to: mistyped, force: false, progress })).rejects.toThrow(/no folder/)
    await expect(backupLog({ log, to: dirname(log), force: true, progress })).rejects.toThrow(/is a folder/)
    expect(existsSync(dirname(mistyped))).toBe(false)
  })

  it('a backup of a damaged log fails, and leaves the earlier one', async () => {
    const log = await makeLog(200)
    const to = `${log}.backup`
    await backupLog({ log, to, progress })
    await flipIn(log, wordOf(123))
    await expect(backupLog({ log, to, force: true, progress })).rejects.toThrow(/position 123/)
    expect(await verify(to)).toMatchObject({ position: 200 })
    expect(existsSync(`${to}.part`)).toBe(false)
  })
})

describe('restore', () => {
  it('a restore brings back what was backed up, and the log goes on from there', async () => {
    const from = await makeLog(50)
    const log = `${temporaryFolder()}/data/event-bus.sqlite`
    expect(await restore({ log, from })).toMatchObject({ end: { position: 50 }, kept: null })
    const store = openLog(log)
    onTestFinished(() => store.close())
    expect(await store.append([[nth(51)]])).toMatchObject([
      { kind: 'recorded', events: [{ position: 51, version: 17 }] },
    ])
    expect(await verify(log)).toMatchObject({ position: 51 })
  })

  it('a restore over a log with events is refused, and keeps that log when forced', async () => {
    const log = await makeLog(30)
    const from = await makeLog(50)
    await expect(restore({ log, from })).rejects.toThrow(/There is a log at/)
    expect(await verify(log)).toMatchObject({ position: 30 })
    const { kept } = await restore({ log, from, force: true })
    expect(kept).toBe(`${log}.before-2026-11-21T10-00-00.000Z`)
    expect(await verify(log)).toMatchObject({ position: 50 })
    expect(await verify(String(kept))).toMatchObject({ position: 30 })
  })

  it('a restore raises the epoch each time, above that of the backup and of the replaced log, and names where it begins', async () => {
    const log = await makeLog(30)
    const from = `${temporaryFolder()}/backup.sqlite`
    await backupLog({ log, to: from, progress })
    const identityOf = async (file: string) => {
      const store = openLog(file)
      await store.close()
      return store.identity
    }
    const { id } = await identityOf(log)
    const { kept, log: second } = await restore({ log, from, force: true })
    expect(second).toEqual({ id, epoch: 2 })
    await rm(String(kept))
    expect((await restore({ log, from, force: true })).log).toEqual({ id, epoch: 3 })
    const begins = [1, 3].map((epoch) => ({ epoch, after: epoch === 1 ? 0 : 30 }))
    expect(await identityOf(log)).toEqual({ id, epoch: 3, begins })
    expect(await identityOf(from)).toMatchObject({ id, epoch: 1 })
  })

  it('a restore keeps what a killed bus left in its WAL with the log that it belongs to', async () => {
    const from = await makeLog(50)
    const log = `${temporaryFolder()}/event-bus.sqlite`
    const live = await makeLog(0)
    const store = openLog(live)
    onTestFinished(() => store.close())
    await store.append([[nth(1)], [nth(2)]])
    for (const suffix of ['', '-wal']) await writeFile(`${log}${suffix}`, await readFile(`${live}${suffix}`))
    const { kept } = await restore({ log, from, force: true })
    expect(await verify(log)).toMatchObject({ position: 50 })
    expect(await verify(String(kept))).toMatchObject({ position: 2 })
  })

  it('a restore replaces a log that is damaged beyond opening', async () => {
    const from = await makeLog(50)
    const log = `${temporaryFolder()}/event-bus.sqlite`
    await writeFile(log, 'nothing but noise')
    const { kept } = await restore({ log, from, force: true })
    expect(await verify(log)).toMatchObject({ position: 50 })
    expect(await readFile(String(kept), 'utf8')).toBe('nothing but noise')
  })

  it('a restore of a damaged backup changes nothing', async () => {
    const log = await makeLog(30)
    const from = await makeLog(200)
    await flipIn(from, wordOf(123))
    await expect(restore({ log, from, force: true })).rejects.toThrow(/position 123/)
    expect(await verify(log)).toMatchObject({ position: 30 })
    const beside = await readdir(dirname(log))
    expect(beside.filter((name) => /part|before/.test(name))).toEqual([])
  })

  it('a restore is refused while the bus has the log open', async () => {
    const from = await makeLog(5)
    const log = `${temporaryFolder()}/event-bus.sqlite`
    await startBus({ file: log })
    await expect(restore({ log, from, force: true })).rejects.toThrow(/Stop the event bus first/)
  })
})
