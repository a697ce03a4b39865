import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { createLocalWorkers } from '@logbook/media/jobs/local-workers.ts'
import express from 'express'
import { expect, it, onTestFinished, vi } from 'vitest'

/** Workers that run this program, and what it asks. */
const workersOf = async (program: string) => {
  const folder = temporaryFolder()
  const entry = join(folder, 'worker.mjs')
  const become = (text: string) => writeFileSync(entry, text)
  become(program)
  let count = 0
  const app = express().post('/work/claim', (req, res) => {
    count++
    res.sendStatus(workers.serviceOf(req.get('Authorization')?.slice('Bearer '.length) ?? '') ? 204 : 401)
  })
  const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(close)
  const workers = createLocalWorkers({
    max: 1,
    url,
    logger: silentLogger,
    env: process.env,
    entry,
    askAliveMs: 500,
  })
  onTestFinished(() => workers.stop())
  return { workers, become, asked: () => count }
}

const asking = `process.once('message', ({ token }) =>
  fetch(process.env.MEDIA_URL + '/work/claim', { method: 'POST', headers: { Authorization: 'Bearer ' + token } }))`

it('local workers that fail to start are reported with their exit, until one asks for work', async () => {
  const { workers, become } = await workersOf('process.exit(78)')
  expect(workers.fault()).toBeUndefined()
  await vi.waitFor(
    () => {
      workers.wake()
      expect(workers.fault()).toBe('No worker could be started: exit code 78.')
    },
    { timeout: 20_000 },
  )
  become(asking)
  await vi.waitFor(
    () => {
      workers.wake()
      expect(workers.fault()).toBeUndefined()
    },
    { timeout: 20_000 },
  )
})

it('a local worker that hangs is killed and replaced, and one that answers stays', async () => {
  // It asks for work whenever it is asked whether it is alive.
  const answering = `${asking}
    process.on('message', () => process.send({ alive: true }))
    process.on('message', ({ alive }) => alive && fetch(process.env.MEDIA_URL + '/work/claim', { method: 'POST' }))`
  const { workers, asked } = await workersOf(answering)
  workers.wake()
  const [first] = workers.running()
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(0), { timeout: 20_000 })
  // Stopped, it runs nothing and obeys no other signal.
  process.kill(Number(first?.pid), 'SIGSTOP')
  await vi.waitFor(() => expect(workers.running()).toEqual([]), { timeout: 20_000 })
  expect(workers.hasEnded(String(first?.name))).toBe(true)
  await vi.waitFor(
    () => {
      workers.wake()
      expect(workers.running()).toHaveLength(1)
    },
    { timeout: 20_000 },
  )
  const second = workers.running()
  const before = asked()
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(before + 7), { timeout: 20_000 })
  expect(workers.running()).toEqual(second)
})
