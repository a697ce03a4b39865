import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { silentProgress } from '@logbook/event-bus/tool/progress.ts'
import { verifyLog } from '@logbook/event-bus/tool/verify.ts'
import { expect, it, onTestFinished } from 'vitest'
import { type BusProcess, startBusProcess } from '../bus-process.ts'
import { post } from '../running-bus.ts'

const commands = { mount: 'mount', unmount: 'umount', setLimit: 'prlimit' } as const
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const body = (n: number) =>
  JSON.stringify({ type: 'A', id: `id-${n}`, subject: 's', data: 'x'.repeat(20_000) })

/** Appends until the disk refuses; returns how many were acknowledged. */
const appendUntilFull = async (bus: { url: string }): Promise<number> => {
  for (let n = 1; n < 5_000; n += 1) {
    const answer = await post(bus, body(n))
    if (answer.status === 201) {
      await answer.text()
      continue
    }
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('1')
    expect(await answer.json()).toMatchObject({
      code: 'unavailable',
      refusedBy: 'disk',
      detail: expect.stringMatching(/Nothing was recorded/),
    })
    return n - 1
  }
  throw new Error('the disk never became full')
}

const idsIn = async ({ url }: { url: string }): Promise<string[]> => {
  const text = await (await fetch(`${url}/events`, { headers: { accept: 'application/x-ndjson' } })).text()
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).id)
}

const expectRecovery = async (
  bus: { url: string },
  { file, makeRoom }: { file: string; makeRoom: () => Promise<void> },
) => {
  const acknowledged = await appendUntilFull(bus)
  const ids = Array.from({ length: acknowledged }, (_, index) => `id-${index + 1}`)
  expect(acknowledged).toBeGreaterThan(3)
  // Full for one is full for the next, and the process goes on reading.
  expect((await post(bus, body(acknowledged + 1))).status).toBe(503)
  expect(await idsIn(bus)).toEqual(ids)
  const health = await fetch(`${bus.url}/health`)
  expect(health.status).toBe(200)
  const { complaints } = await health.json()
  expect(complaints.map(({ reason }: { reason: string }) => reason)).toContain('disk')
  await makeRoom()
  const answer = await post(bus, body(acknowledged + 1))
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject([{ position: acknowledged + 1, version: acknowledged + 1 }])
  expect(await idsIn(bus)).toEqual([...ids, `id-${acknowledged + 1}`])
  expect(await verifyLog(file, silentProgress)).toMatchObject({ position: acknowledged + 1 })
}

const mountedSmall = async (): Promise<string | undefined> => {
  const folder = temporaryFolder()
  const disk = `${folder}/disk`
  await mkdir(disk)
  if (spawnSync(commands.mount, ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0)
    return undefined
  onTestFinished(() => {
    spawnSync(commands.unmount, ['-l', disk])
  })
  return disk
}

it('a full disk is answered 503, nothing is acknowledged, and appends go on when there is room', async ({
  skip,
}) => {
  const disk = await mountedSmall()
  if (disk === undefined) return skip('needs leave to mount a small file system')
  await writeFile(`${disk}/ballast`, Buffer.alloc(512 * 1024))
  const file = `${disk}/log.sqlite`
  const bus: BusProcess = await startBusProcess({ DATABASE: file })
  await expectRecovery(bus, { file, makeRoom: () => rm(`${disk}/ballast`) })
  await bus.end('SIGTERM')
  expect((await verifyLog(file, silentProgress)).position).toBeGreaterThan(3)
})

const hasPrlimit = spawnSync(commands.setLimit, ['--version']).status === 0

it.skipIf(!hasPrlimit)('a file that may not grow: the same', async () => {
  const folder = temporaryFolder()
  const file = `${folder}/log.sqlite`
  // The signal that would end the process is ignored, so that the write fails as one to a broken disk does.
  const script = `trap '' XFSZ; ulimit -S -f 1024; exec "$0" "$1"`
  const child = spawn('sh', ['-c', script, process.execPath, main], {
    env: { ...process.env, PORT: '0', DATABASE: file, LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [message] = await once(child, 'message')
  const makeRoom = async () => {
    expect(spawnSync(commands.setLimit, ['--pid', String(child.pid), '--fsize=unlimited:']).status).toBe(0)
  }
  await expectRecovery({ url: message.url }, { file, makeRoom })
})
