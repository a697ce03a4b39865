import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePorts, refusedPorts } from '../run/ports.ts'
import { serviceToken } from '../run/service-tokens.ts'
import { addressOf, root, serviceNames } from '../run/services.ts'
import { ask } from './blog.ts'
import { type Runner, startRunner, stillRunning, untilEnded } from './runner.ts'

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
afterAll(async () => {
  for (const { child, interrupt, exit } of runners) {
    if (child.exitCode === null && child.signalCode === null) interrupt()
    await exit
  }
  await rm(folder, { recursive: true, force: true })
})

const titles = async ({ place }: Runner): Promise<string[]> => {
  const posts = (await ask<{ title: string }[]>(`${addressOf('gateway', place)}/api/posts`)).json()
  return posts.map(({ title }) => title)
}

const processOf = async (runner: Runner, main: string) =>
  (await runner.services()).find(({ command }) => command.includes(main))

describe('npm start', () => {
  it('opens a blog that greets, and ends with the npm that started it', async () => {
    const dataFolder = join(folder, 'one')
    const runner = await start({ dataFolder })
    await runner.open()
    expect(runner.said()).toContain(`http://localhost:${runner.place.ports.gateway}`)
    expect(await titles(runner)).toEqual(['Welcome to Logbook'])
    const page = await ask(`${addressOf('gateway', runner.place)}/`)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Welcome to Logbook')
    const services = await runner.services()
    expect(services).toHaveLength(serviceNames.length)

    process.kill(runner.child.pid ?? 0, 'SIGTERM')
    await untilEnded(services)
    expect(await refusedPorts(runner.place)).toEqual([])
    expect(await readdir(dataFolder)).toContain('event-bus.sqlite')
  })

  describe('twice, beside each other', () => {
    let one: Runner
    let other: Runner
    beforeAll(async () => {
      one = await start({ dataFolder: join(folder, 'one'), direct: true })
      other = await start({ dataFolder: join(folder, 'other'), parameters: ['--dev'] })
      await Promise.all([one.open(), other.open()])
    })

    it('greets once, on a new data folder, and neither sees the posts of the other', async () => {
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
    })

    it('starts a service again that died', async () => {
      const killed = await processOf(one, 'query/src/main.ts')
      process.kill(killed?.pid ?? 0, 'SIGKILL')
      await until(async () => {
        const now = await processOf(one, 'query/src/main.ts')
        return now && now.pid !== killed?.pid && (await titles(one)).length === 2
      }, 'query to be back')
      expect(one.said()).toContain('query ended (SIGKILL)')
    })

    it('with --dev starts again what changed, and nothing else', async () => {
      const before = await other.services()
      const now = new Date()
      await utimes(join(root, 'posts/src/limits.ts'), now, now)
      await until(async () => {
        const posts = await processOf(other, 'posts/src/main.ts')
        return posts && !before.some(({ pid }) => pid === posts.pid)
      }, 'posts to be started again')
      const pidsButPosts = (services: typeof before) =>
        services.filter(({ command }) => !command.includes('posts/src/main.ts')).map(({ pid }) => pid)
      expect(pidsButPosts(await other.services())).toEqual(pidsButPosts(before))
      expect(other.said()).toContain('Changed: restarting posts')
      const page = await until(async () => {
        const answer = await ask(`${addressOf('gateway', other.place)}/`)
        return answer.status === 200 && answer.text
      }, 'the page')
      expect(page).toContain('Welcome to Logbook')
    })

    it('takes all with it when it is killed, and the other goes on', async () => {
      const services = await other.services()
      expect(services).toHaveLength(serviceNames.length)
      process.kill(services[0]?.parent ?? 0, 'SIGKILL')
      await other.exit
      await untilEnded(services)
      expect(await titles(one)).toHaveLength(2)
    })

    it('on Ctrl-C ends with 0 and leaves no process', async () => {
      const services = await one.services()
      expect(services).toHaveLength(serviceNames.length)
      one.interrupt()
      expect(await one.exit).toEqual({ code: 0, signal: null })
      expect(await stillRunning(services)).toEqual([])
      expect(await refusedPorts(one.place)).toEqual([])
    })
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
