import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { affectedBy } from '../changes.ts'
import { createLogs } from '../logs.ts'
import { onlyOne } from '../only-one.ts'
import { freePorts, refusedPorts } from '../ports.ts'
import { serviceToken } from '../service-tokens.ts'
import { defaultPorts, environmentOf, root, serviceNames, services } from '../services.ts'
import { readPlace } from '../settings.ts'

describe('settings', () => {
  it('settings are the defaults where nothing is set', () => {
    expect(readPlace({})).toMatchObject({ host: '127.0.0.1', ports: defaultPorts })
    expect(readPlace({ LOGBOOK_EVENT_BUS_PORT: '5005' }).ports['event-bus']).toBe(5005)
    expect(readPlace({ LOGBOOK_DATA: '/srv/blog' }).dataFolder).toBe('/srv/blog')
  })

  it('settings refuse a public address with a path before the data folder is created', async () => {
    const [path, ...others] = [
      'https://blog.test/below',
      'https://blog.test/?page=1',
      'https://a@blog.test',
      'blog.test',
    ]
    for (const given of others)
      expect(() => readPlace({ LOGBOOK_PUBLIC_URL: given })).toThrow('LOGBOOK_PUBLIC_URL: ')
    const folder = join(tmpdir(), `logbook-${randomUUID()}`)
    const env = { PATH: process.env.PATH, LOGBOOK_DATA: folder, LOGBOOK_PUBLIC_URL: path }
    const started = promisify(execFile)(process.execPath, ['infra/run/main.ts'], { cwd: root, env })
    await expect(started).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('LOGBOOK_PUBLIC_URL: must be an address without a path'),
    })
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('settings take an address of a whole host in any spelling, as browsers write it', () => {
    for (const given of ['https://blog.test', 'https://blog.test/', 'HTTPS://Blog.Test:443/'])
      expect(readPlace({ LOGBOOK_PUBLIC_URL: given }).publicUrl).toBe('https://blog.test')
  })

  it('settings tell each service where it listens, where its file is and which services it calls', () => {
    const place = { host: '0.0.0.0', ports: { ...defaultPorts, 'event-bus': 5005 }, dataFolder: '/srv/blog' }
    expect(environmentOf('posts', place)).toMatchObject({
      HOST: '127.0.0.1',
      PORT: '4000',
      DATABASE: '/srv/blog/posts.sqlite',
      BUS_URL: 'http://127.0.0.1:5005',
    })
    expect(environmentOf('posts', place)).toMatchObject({
      SERVICE_TOKEN_FILE: '/srv/blog/tokens/posts',
      SERVICE_TOKEN: '',
      SERVICE_DIGESTS_DIR: '/srv/blog/token-digests',
    })
    expect(environmentOf('posts', place)).not.toHaveProperty('SERVICE_TOKENS_DIR')
    expect(environmentOf('event-bus', place)).toMatchObject({
      SERVICE_DIGESTS_DIR: '/srv/blog/token-digests',
    })
    expect(environmentOf('client', place)).not.toHaveProperty('SERVICE_TOKEN_FILE')
    expect(environmentOf('gateway', place)).not.toHaveProperty('DATABASE')
    expect(environmentOf('gateway', place)).toMatchObject({ QUERY_URL: 'http://127.0.0.1:4002' })
  })
})

describe('the tokens of services', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logbook-token-'))
    return () => rm(folder, { recursive: true })
  })
  const asked = async (parameters: readonly string[]) =>
    promisify(execFile)(process.execPath, ['infra/token.ts', ...parameters], {
      cwd: root,
      env: { PATH: process.env.PATH, LOGBOOK_DATA: join(folder, 'data') },
    })

  it('the tokens of services are 32 random bytes each that their owner alone may read, made once and kept', async () => {
    const data = join(folder, 'new', 'data')
    const token = serviceToken('posts', data)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const file = join(data, 'tokens', 'posts')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(data, 'tokens'))).mode & 0o777).toBe(0o700)
    expect(await readFile(file, 'utf8')).toBe(`${token}\n`)
    await chmod(file, 0o644)
    expect(serviceToken('posts', data)).toBe(token)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const all = serviceNames.filter((name) => services[name].showsToken)
    expect((await readdir(join(data, 'tokens'))).sort()).toEqual(
      [...all, 'media-worker', 'metrics', 'operator'].sort(),
    )
    const tokens = [...all, 'media-worker', 'metrics', 'operator'].map((name) => serviceToken(name, data))
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(serviceToken('posts', join(folder, 'other'))).not.toBe(token)
  })

  it('the tokens of services are the same for all who ask at once; the command prints the operator’s and nothing else', async () => {
    const answers = await Promise.all(Array.from({ length: 3 }, () => asked(['--bus'])))
    const token = serviceToken('operator', join(folder, 'data'))
    expect(answers.map(({ stdout, stderr }) => stdout + stderr)).toEqual(Array(3).fill(`${token}\n`))
    await expect(asked([])).rejects.toMatchObject({ code: 1, stdout: '' })
  })
})

describe('ports', () => {
  it('ports are refused when taken, or wanted twice', async () => {
    const ports = await freePorts()
    expect(await refusedPorts({ host: '127.0.0.1', ports })).toEqual([])
    const twice = { host: '127.0.0.1', ports: { ...ports, posts: ports.query } }
    expect(await refusedPorts(twice)).toEqual([expect.stringContaining('posts and query both want port')])
    // One that listens on every address holds the loopback's as well.
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(ports.gateway, () => resolve()))
    expect(await refusedPorts({ host: '127.0.0.1', ports })).toEqual([
      expect.stringContaining('LOGBOOK_GATEWAY_PORT='),
    ])
    squatter.close()
  })

  it('ports that are free are as many as there are services', async () => {
    expect(new Set(Object.values(await freePorts())).size).toBe(serviceNames.length)
  })
})

describe('the log', () => {
  const printed = async (options: { json: boolean }, said: string) => {
    const out = new PassThrough()
    const input = new PassThrough()
    createLogs({ ...options, colours: false, out }).attach('query', [input])
    input.end(said)
    setImmediate(() => setImmediate(() => out.end()))
    return text(out)
  }
  const entry = JSON.stringify({
    level: 40,
    time: '2026-01-02T03:04:05.000Z',
    service: 'query',
    msg: 'far behind',
    lag: 7,
  })

  it('the runner’s log is made readable, aligned under the names of the services', async () => {
    const line = await printed({ json: false }, `${entry}\nplain words\n`)
    expect(line).toMatch(/^query {10}\[?.*WARN.*far behind.*"?lag"?.*7.*\nquery {10}plain words\n$/)
  })

  it('the runner’s log is passed on as it is for programs', async () => {
    expect(await printed({ json: true }, `${entry}\n`)).toBe(`${entry}\n`)
  })
})

describe('a change of sources', () => {
  it.each([
    ['posts/src/domain/decide.ts', ['posts']],
    ['posts/test/domain/decide.test.ts', []],
    ['posts/package.json', []],
    ['packages/chassis/src/problem.ts', serviceNames],
    ['packages/chassis/test/problem.test.ts', []],
    ['client/app/root.tsx', []],
    ['README.md', []],
  ])('in %s restarts %j', (path, names) => {
    expect(affectedBy(path)).toEqual(names)
  })
})

describe('what only one process may do', () => {
  it('is done by one after another', async () => {
    const folder = await mkdtemp(`${tmpdir()}/logbook-lock-`)
    const file = `${folder}/lock`
    let inside = 0
    const turns = Array.from({ length: 5 }, () =>
      onlyOne(file, async () => {
        expect(++inside).toBe(1)
        await Promise.resolve()
        inside--
      }),
    )
    await Promise.all(turns)
    await expect(onlyOne(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await onlyOne(file, async () => {})
    await rm(folder, { recursive: true })
  })
})
