import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePorts, refusedPorts } from '../run/ports.ts'
import { type Place, serviceNames } from '../run/services.ts'
import { ask, blogOf } from './blog.ts'
import { type Callers, callersOf } from './callers.ts'
import { type Runner, startRunner, stillRunning } from './runner.ts'

let place: Place
let callers: Callers
let runner: Runner
const start = async (env: Record<string, string> = {}, parameters: readonly string[] = []): Promise<Runner> =>
  startRunner({
    dataFolder: place.dataFolder,
    place,
    parameters: ['--json', ...parameters],
    env,
    direct: true,
  })

beforeAll(async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'logbook-one-'))
  place = { host: '127.0.0.1', ports: await freePorts(), dataFolder }
  callers = callersOf(place)
})
afterAll(async () => {
  if (runner.child.exitCode === null && runner.child.signalCode === null) runner.interrupt()
  await runner.exit
  await rm(place.dataFolder, { recursive: true, force: true })
})

/** Resolves when every service can do its work. */
const open = () =>
  until(async () => {
    const health = await ask<{ status: string }>(`${callers.url('gateway')}/health`)
    return health.json().status === 'ok'
  }, 'the blog to be open')

const entries = (): { service?: string; msg?: string; level?: number }[] =>
  runner
    .said()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))

const shown = async (): Promise<unknown[]> =>
  (await blogOf(callers).thread('in-one-process')).map(({ content }) => content)

describe('npm start -- --one-process', () => {
  it('npm start -- --one-process runs every service in one process, which takes a comment, judges it and shows it', async () => {
    runner = await start({}, ['--one-process'])
    await open()
    expect(await runner.services()).toHaveLength(1)
    for (const name of serviceNames)
      expect({ name, status: (await ask(`${callers.url(name)}/health/ready`)).status }).toEqual({
        name,
        status: 200,
      })
    const blog = blogOf(callers)
    const post = await blog.write('In one process')
    expect((await blog.comment({ postId: post.id, content: 'All together' })).status).toBe(201)
    expect(await blog.judged(post.id, 1)).toMatchObject([{ content: 'All together', status: 'approved' }])
    const page = await ask(`${callers.url('gateway')}/posts/${post.slug}`)
    expect(page.text).toContain('All together')
    // Each line names the service that wrote it, as in processes of their own.
    const listening = entries().flatMap(({ msg, service }) => (msg === `${service} listens` ? [service] : []))
    expect(listening.toSorted()).toEqual(serviceNames.toSorted())
  })

  it('npm start -- --one-process is started again after SIGKILL, with all that was answered', async () => {
    const [before] = await runner.services()
    process.kill(before?.pid ?? 0, 'SIGKILL')
    await until(async () => {
      const [now] = await runner.services()
      return now !== undefined && now.pid !== before?.pid
    }, 'the process to be started again')
    await open()
    expect(await shown()).toEqual(['All together'])
    expect(runner.said()).toContain('logbook ended (SIGKILL)')
  })

  it('npm start -- --one-process ends in order on Ctrl-C while it is read, the log last, no request meets a closed file, and it starts again by LOGBOOK_ONE_PROCESS with its data', async () => {
    const services = await runner.services()
    let isOver = false
    const read = async (path: string) => {
      while (!isOver) await ask(`${callers.url('gateway')}${path}`).catch(() => {})
    }
    const reading = ['/', '/api/posts', '/tags', '/api/digests', '/posts/in-one-process'].map(read)
    runner.interrupt()
    expect(await runner.exit).toEqual({ code: 0, signal: null })
    isOver = true
    await Promise.all(reading)
    expect(await stillRunning(services)).toEqual([])
    expect(await refusedPorts(place)).toEqual([])
    const stopped = entries().flatMap(({ msg, service }) => (msg === `${service} stops` ? [service] : []))
    expect(stopped.toSorted()).toEqual(serviceNames.toSorted())
    expect([stopped[0], stopped[1], stopped.at(-1)]).toEqual(['gateway', 'client', 'event-bus'])
    expect(entries().filter(({ level = 0 }) => level >= 50)).toEqual([])

    runner = await start({ LOGBOOK_ONE_PROCESS: '1' })
    await open()
    expect(await runner.services()).toHaveLength(1)
    expect(await shown()).toEqual(['All together'])
    runner.interrupt()
    expect((await runner.exit).code).toBe(0)
  })

  it('npm start -- --one-process ends as a whole where one service refuses to start, and says which and why', async () => {
    runner = await start({ SCRUB_HOURS: 'often', RATE_LIMITS: 'perhaps' }, ['--one-process'])
    expect((await runner.exit).code).toBe(1)
    for (const reason of [
      /event-bus: Wrong settings:\n +SCRUB_HOURS: /,
      /comments: Wrong settings:\n +RATE_LIMITS: /,
    ])
      expect(runner.said()).toMatch(reason)
    expect(runner.said()).toContain('Logbook does not start, for the reason above')
  })
})
