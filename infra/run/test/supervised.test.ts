import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Supervised } from '../supervised.ts'

const scripts = {
  lasts: 'setInterval(() => {}, 1000)',
  ends: 'process.exit(3)',
  refuses: 'process.exit(78)',
  ignores: "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.stdout.write('up')",
}
const services: Supervised[] = []
afterEach(async () => {
  for (const service of services.splice(0)) {
    service.kill()
    await service.stop()
  }
})

const supervise = (script: () => keyof typeof scripts) => {
  const launched: ChildProcess[] = []
  const deaths: { how: string; restartInMs: number }[] = []
  const refusals: number[] = []
  const service = new Supervised({
    launch: () => spawn(process.execPath, ['-e', scripts[script()]], { detached: true, stdio: 'pipe' }),
    onLaunch: (child) => launched.push(child),
    onDeath: (death) => deaths.push(death),
    onRefusal: () => refusals.push(launched.length),
  })
  services.push(service)
  return { service, launched, deaths, refusals }
}

describe('a supervised service', () => {
  it('a supervised service that ends by itself is started again, each time later', async () => {
    const { service, launched, deaths } = supervise(() => (launched.length < 3 ? 'ends' : 'lasts'))
    service.start()
    await vi.waitFor(() => expect(launched).toHaveLength(4))
    expect(deaths.map(({ how }) => how)).toEqual(['exit code 3', 'exit code 3', 'exit code 3'])
    const [first, , third] = deaths.map(({ restartInMs }) => restartInMs)
    expect(third).toBeGreaterThan(first ?? Number.POSITIVE_INFINITY)
  })

  it('a supervised service that is stopped stays stopped, also while it waits to be started again', async () => {
    const { service, launched, deaths } = supervise(() => 'ends')
    service.start()
    await vi.waitFor(() => expect(deaths).toHaveLength(1))
    await service.stop()
    expect(service.pid).toBeUndefined()
    const lasting = supervise(() => 'lasts')
    lasting.service.start()
    await lasting.service.stop()
    expect(lasting.launched[0]?.signalCode).toBe('SIGTERM')
    expect([launched.length, lasting.launched.length, lasting.deaths.length]).toEqual([1, 1, 0])
  })

  it('a supervised service that is stopped may be started again', async () => {
    const { service, launched } = supervise(() => 'lasts')
    service.start()
    await service.stop()
    service.start()
    expect(launched).toHaveLength(2)
    expect(service.pid).toBe(launched[1]?.pid)
  })

  it('a supervised service that refuses its settings is not started again', async () => {
    const { service, launched, deaths, refusals } = supervise(() => 'refuses')
    service.start()
    await vi.waitFor(() => expect(refusals).toEqual([1]))
    expect([launched.length, deaths.length]).toEqual([1, 0])
  })

  it('a supervised service that does not want to end can be killed', async () => {
    const { service, launched } = supervise(() => 'ignores')
    service.start()
    await new Promise((resolve) => launched[0]?.stdout?.once('data', resolve))
    const stopped = service.stop()
    service.kill()
    await stopped
    expect(launched[0]?.signalCode).toBe('SIGKILL')
  })
})
