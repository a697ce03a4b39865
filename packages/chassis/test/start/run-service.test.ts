import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'

const fixture = (name: string) => join(import.meta.dirname, '../fixtures', name)
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const boot = async (env: NodeJS.ProcessEnv = {}) => {
  const child = fork(fixture('small-service.ts'), { env: { ...process.env, ...env }, stdio: 'pipe' })
  children.push(child)
  const output = child.stdout ? text(child.stdout) : Promise.resolve('')
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return { child, url, output }
}
describe('a service as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s finishes what is under way, closes its files and exits with 0',
    async (signal) => {
      const { child, url, output } = await boot()
      const slow = fetch(`${url}/slow`, { headers: { Connection: 'close' } })
      await vi.waitFor(async () => expect((await fetch(`${url}/health`)).ok).toBe(true))
      const exited = once(child, 'exit')
      child.kill(signal)
      expect(await (await slow).json()).toBe('done')
      expect(await exited).toEqual([0, null])
      expect(await output).toContain('files closed')
    },
  )

  it('closes its files once a request is over whose caller hung up, and refuses none for that', async () => {
    const { child, url, output } = await boot()
    const left = new AbortController()
    const read = fetch(`${url}/read-later`, { signal: left.signal }).catch(() => {})
    await vi.waitFor(async () => expect(await (await fetch(`${url}/reading`)).json()).toBe(1))
    left.abort()
    await read
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    const said = (await output)
      .split('\n')
      .filter((line) => /read to the end|files closed|"level":50/.test(line))
    expect(said.map((line) => JSON.parse(line).msg)).toEqual(['read to the end', 'files closed'])
  })

  it('tells callers on kept connections that it goes, with the answer that is under way and with the next', async () => {
    const { child, url } = await boot()
    const kept = new Agent({ keepAlive: true })
    const get = async (path: string) => {
      const [res] = (await once(request(url + path, { agent: kept }).end(), 'response')) as [IncomingMessage]
      await text(res)
      return res.headers.connection
    }
    expect(await get('/health')).toBe('keep-alive')
    const slow = get('/slow')
    await vi.waitFor(async () => expect((await fetch(`${url}/health`)).ok).toBe(true))
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    // Both were kept open: none is cut off before it was told.
    await vi.waitFor(async () => expect(await get('/health')).toBe('close'))
    expect(await slow).toBe('close')
    expect(await exited).toEqual([0, null])
  })

  it.each(['reading', 'deaf'])(
    'ends with its parent, even one that was killed, and was %s',
    async (manner) => {
      const parent = spawn(process.execPath, [fixture('parent.ts'), manner], {
        stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      })
      children.push(parent)
      const [, out, , heldByBoth] = parent.stdio
      if (!(out instanceof Readable && heldByBoth instanceof Readable)) throw new Error('not a pipe')
      const ended = once(heldByBoth.resume(), 'end')
      await once(out, 'data')
      parent.kill('SIGKILL')
      await ended
    },
  )

  it('ends after an error that was not caught', async () => {
    const { child, url, output } = await boot()
    const exited = once(child, 'exit')
    fetch(`${url}/crash`, { method: 'POST' }).catch(() => {})
    expect(await exited).toEqual([1, null])
    expect(await output).toContain('out of nowhere')
  })

  it('refuses settings that make no sense, by name', async () => {
    const child = spawn(process.execPath, [fixture('small-service.ts')], {
      env: { ...process.env, PORT: 'http' },
    })
    children.push(child)
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(code).toBe(78)
    expect(said).toMatch(/^small: Wrong settings:\n {2}PORT: /)
  })
})

describe('several services as one process', () => {
  const start = (env: NodeJS.ProcessEnv = {}) => {
    const child = fork(fixture('several-services.ts'), { env: { ...process.env, ...env }, stdio: 'pipe' })
    children.push(child)
    const urls = new Map<string, string>()
    child.on('message', ({ service, url }: { service: string; url: string }) => urls.set(service, url))
    const saidBy = async (): Promise<string[]> => {
      const lines = (await text(child.stdout ?? Readable.from([]))).split('\n')
      return lines
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { service: string; msg: string })
        .map(({ service, msg }) => `${service}: ${msg}`)
    }
    return { child, urls, said: saidBy(), complaint: text(child.stderr ?? Readable.from([])) }
  }

  it('start behind the first, each with its own settings, and end before it, those at the front first, in whole lines that name the service', async () => {
    const { child, urls, said } = start({ OF_SERVICES: '{"one": {"LOG_LEVEL": "debug"}}' })
    await vi.waitFor(() => expect([...urls.keys()].sort()).toEqual(['door', 'log', 'one', 'other']))
    const levelOf = async (name: string) => (await fetch(`${urls.get(name)}/level`)).json()
    expect([await levelOf('one'), await levelOf('other')]).toEqual(['debug', null])
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    const steps = (await said).filter((line) => /(starts|closes)$/.test(line))
    expect(steps[0]).toBe('log: starts')
    expect(steps.slice(1, 4).sort()).toEqual(['door: starts', 'one: starts', 'other: starts'])
    expect(steps[4]).toBe('door: closes')
    expect(steps.slice(5, 7).sort()).toEqual(['one: closes', 'other: closes'])
    expect(steps.slice(7)).toEqual(['log: closes'])
  })

  it('all end with 78 where one refuses to start, after those that run have closed their files', async () => {
    const { child, said, complaint } = start({ REFUSES: 'other' })
    expect(await once(child, 'exit')).toEqual([78, null])
    expect(await complaint).toBe('other: its file is another one’s\n')
    expect((await said).at(-1)).toBe('log: closes')
  })

  it('name all settings that make no sense, of whichever service', async () => {
    const { child, complaint } = start({
      OF_SERVICES: '{"one": {"PORT": "x"}, "other": {"HOST": "h", "LOG_LEVEL": "y"}}',
    })
    expect(await once(child, 'exit')).toEqual([78, null])
    expect(await complaint).toMatch(
      /^one: Wrong settings:\n {2}PORT.*\nother: Wrong settings:\n {2}LOG_LEVEL/,
    )
  })
})
