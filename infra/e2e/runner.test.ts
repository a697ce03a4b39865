import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operator } from '@logbook/contracts/identity.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePorts, refusedPorts } from '../run/ports.ts'
import { serviceToken } from '../run/service-tokens.ts'
import { addressOf, root, serviceNames } from '../run/services.ts'
import { ask } from './blog.ts'
import { type Runner, startRunner, stillRunning, untilEnded } from './runner.ts'
import { until } from './until.ts'

let folder: string
const runners: Runner[] = []
const start: typeof startRunner = async (options) => {
  const runner = await startRunner(options)
  runners.push(runner)
  return runner
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logbook-run-'))
})
afterEach(async () => {
  for (const { child, interrupt, exit } of runners.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) interrupt()
    await exit
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const titles = async ({ place }: Runner): Promise<string[]> => {
  const posts = (await ask<{ title: string }[]>(`${addressOf('gateway', place)}/api/posts`)).json()
  return posts.map(({ title }) => title)
}

describe('npm start', () => {
  it('opens a blog that greets, and on Ctrl-C leaves no process', async () => {
    const dataFolder = join(folder, 'new', 'data')
    const first = await start({ dataFolder })
    await first.open()
    expect(first.said()).toContain(`http://localhost:${first.place.ports.gateway}`)
    expect(await titles(first)).toEqual(['Welcome to Logbook'])
    const page = await ask(`${addressOf('gateway', first.place)}/`)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Welcome to Logbook')
    const services = await first.services()
    expect(services).toHaveLength(serviceNames.length)
    first.interrupt()
    // Some shells that npm puts between report the signal, though what they ran ended with 0.
    expect([
      { code: 0, signal: null },
      { code: null, signal: 'SIGINT' },
    ]).toContainEqual(await first.exit)
    expect(await stillRunning(services)).toEqual([])
    expect(await refusedPorts(first.place)).toEqual([])
    expect(await readdir(dataFolder)).toContain('event-bus.sqlite')

    // The same folder again: what was there is there, and nothing greets twice.
    const second = await start({ dataFolder })
    await second.open()
    expect(await titles(second)).toEqual(['Welcome to Logbook'])
    // It ends when the npm that started it does.
    const again = await second.services()
    process.kill(second.child.pid ?? 0, 'SIGTERM')
    await untilEnded(again)
  })

  it('starts a service again that died, and its own end takes all with it, even kill -9', async () => {
    const runner = await start({ dataFolder: join(folder, 'dies') })
    await runner.open()
    const before = await runner.services()
    const query = before.find(({ command }) => command.includes('query/src/main.ts'))
    process.kill(query?.pid ?? 0, 'SIGKILL')
    await until(async () => {
      const now = (await runner.services()).find(({ command }) => command.includes('query/src/main.ts'))
      return now && now.pid !== query?.pid && (await titles(runner)).length === 1
    }, 'query to be back')
    expect(runner.said()).toContain('query ended (SIGKILL)')

    const services = await runner.services()
    expect(services).toHaveLength(serviceNames.length)
    process.kill(services[0]?.parent ?? 0, 'SIGKILL')
    await runner.exit
    await untilEnded(services)
  })

  it('with --dev starts again what changed, and nothing else', async () => {
    const runner = await start({ dataFolder: join(folder, 'dev'), direct: true, parameters: ['--dev'] })
    await runner.open()
    const pidsBut = (services: Awaited<ReturnType<Runner['services']>>) =>
      services.filter(({ command }) => !command.includes('posts/src/main.ts')).map(({ pid }) => pid)
    const before = await runner.services()
    const now = new Date()
    await utimes(join(root, 'posts/src/limits.ts'), now, now)
    await until(async () => {
      const after = await runner.services()
      const posts = after.find(({ command }) => command.includes('posts/src/main.ts'))
      return posts && !before.some(({ pid }) => pid === posts.pid)
    }, 'posts to be started again')
    expect(pidsBut(await runner.services())).toEqual(pidsBut(before))
    expect(runner.said()).toContain('Changed: restarting posts')
    const page = await until(async () => {
      const answer = await ask(`${addressOf('gateway', runner.place)}/`)
      return answer.status === 200 && answer.text
    }, 'the page')
    expect(page).toContain('Welcome to Logbook')
  })

  it('runs beside another, neither sees the posts of the other, and each ends with 0 on a signal', async () => {
    const [one, other] = await Promise.all([
      start({ dataFolder: join(folder, 'one'), direct: true }),
      start({ dataFolder: join(folder, 'other'), direct: true }),
    ])
    await Promise.all([one.open(), other.open()])
    const made = await ask<{ token: string }>(`${addressOf('accounts', one.place)}/operator/tokens`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${serviceToken(operator, one.place.dataFolder)}` },
      body: { name: 'The owner', role: 'owner' },
    })
    const said = await ask(`${addressOf('gateway', one.place)}/api/posts`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${made.json().token}` },
      body: { title: 'Only here' },
    })
    const fresh = { headers: { 'Min-Position': said.headers.get('Position') ?? '', Prefer: 'wait=5' } }
    await ask(`${addressOf('gateway', one.place)}/api/posts`, fresh)
    expect(await titles(one)).toEqual(['Only here', 'Welcome to Logbook'])
    expect(await titles(other)).toEqual(['Welcome to Logbook'])

    const services = await one.services()
    one.child.kill('SIGINT')
    expect(await one.exit).toEqual({ code: 0, signal: null })
    expect(await stillRunning(services)).toEqual([])
    const others = await other.services()
    expect(others).toHaveLength(serviceNames.length)
    other.child.kill('SIGTERM')
    expect(await other.exit).toEqual({ code: 0, signal: null })
    expect(await stillRunning(others)).toEqual([])
  })

  it('refuses a port that is taken, by name, before anything starts', async () => {
    const ports = await freePorts()
    const squatter = createServer().listen(ports.comments, '127.0.0.1')
    try {
      const place = { host: '127.0.0.1', ports, dataFolder: join(folder, 'refused') }
      const runner = await start({ dataFolder: place.dataFolder, place })
      expect((await runner.exit).code).toBe(1)
      expect(runner.said()).toMatch(
        new RegExp(`Port ${ports.comments}, which comments takes, is in use.*LOGBOOK_COMMENTS_PORT=\\d+`),
      )
      expect((await readdir(place.dataFolder)).filter((name) => !name.startsWith('runner.'))).toEqual([])
    } finally {
      squatter.close()
    }
  })

  it('refuses settings that make no sense, by name', async () => {
    const runner = await start({ dataFolder: join(folder, 'wrong'), env: { LOGBOOK_POSTS_PORT: 'orange' } })
    expect((await runner.exit).code).toBe(1)
    expect(runner.said()).toMatch(/LOGBOOK_POSTS_PORT: .*"orange"/)
  })

  it('says how it is used', async () => {
    const runner = await start({ dataFolder: join(folder, 'help'), parameters: ['--help'] })
    expect((await runner.exit).code).toBe(0)
    for (const word of ['--json', 'LOGBOOK_DATA', 'LOGBOOK_EVENT_BUS_PORT', '3000'])
      expect(runner.said()).toContain(word)
  })
})
