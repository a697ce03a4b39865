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

  it('does not go on after an error that nobody caught', async () => {
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
