import { copyFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { openLog } from '@logbook/event-bus/open-log.ts'
import Sqlite from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { fill, post, type RunningBus, startBus, temporaryFolder } from './running-bus.ts'

let file: string
let bus: RunningBus
beforeEach(async () => {
  const { folder } = await temporaryFolder()
  file = join(folder, 'log.sqlite')
  bus = await startBus({ file })
  await fill(bus, 20)
})

const append = async () => {
  const answer = await post(bus, '{"type":"A","subject":"later"}')
  return [answer.status, (await answer.json()).detail]
}
const health = async () => {
  const [ready, all] = await Promise.all([fetch(`${bus.url}/health/ready`), fetch(`${bus.url}/health`)])
  return { ...(await all.json()), ready: ready.status }
}
const replaceBy = (path: string) => {
  copyFileSync(path, `${path}.copy`)
  renameSync(`${path}.copy`, path)
}

describe('a log whose file is taken away under the running bus', () => {
  it.each<[string, string, () => void]>([
    ['removed', 'was removed', () => rmSync(file)],
    ['moved away', 'was removed', () => renameSync(file, `${file}.moved`)],
    ['replaced', 'was replaced', () => replaceBy(file)],
    ['overwritten by a shorter one', 'was cut or overwritten', () => truncateSync(file, 4_096)],
    ['left without its write-ahead log', '-wal was removed', () => rmSync(`${file}-wal`)],
    ['given another write-ahead log', '-wal was replaced', () => replaceBy(`${file}-wal`)],
  ])('%s records nothing any more: 503, not ready, and the reason in /health', async (_how, why, harm) => {
    // Into the file itself, so that there is something to cut.
    const other = new Sqlite(file)
    other.pragma('wal_checkpoint(PASSIVE)')
    other.close()
    expect(await health()).toMatchObject({ ready: 200, damage: null })
    harm()
    expect(await append()).toEqual([503, expect.stringContaining(why)])
    expect(await health()).toMatchObject({
      ready: 503,
      status: 'waiting',
      damage: expect.stringContaining(why),
    })
    expect(bus.store.head()).toBe(20)
  })

  it('goes on where it was when it is put back', async () => {
    renameSync(file, `${file}.moved`)
    expect((await append())[0]).toBe(503)
    renameSync(`${file}.moved`, file)
    expect((await append())[0]).toBe(201)
    expect(await health()).toMatchObject({ ready: 200, damage: null, position: 21 })
    await bus.close()
    const log = openLog(file)
    expect(log.head()).toBe(21)
    await log.close()
  })
})
