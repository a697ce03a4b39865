import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@logbook/chassis/clock.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { expect, it, onTestFinished } from 'vitest'
import { createUploads } from '../src/uploads/uploads.ts'

it('a folder of uploads that cannot be made raises no uncaught error', async () => {
  const uncaught: unknown[] = []
  const before = process.rawListeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => uncaught.push(error))
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException')
    for (const each of before) process.on('uncaughtException', each as (error: Error) => void)
  })
  const file = join(temporaryFolder(), 'a-file')
  await writeFile(file, '')
  const folder = join(file, 'uploads')
  createUploads({
    folder,
    clock: systemClock,
    logger: silentLogger,
    storage: { put: async () => {} } as never,
    requests: {} as never,
  })
  // Asked after what the store may have asked: it is answered later.
  for (let n = 0; n < 20; n++) await stat(folder).catch(() => {})
  expect(uncaught).toEqual([])
})
