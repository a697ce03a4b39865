import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { ClaimedDelivery } from '@logbook/contracts/http/subscriptions.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { tokensFolder } from './running-bus.ts'

const home = fileURLToPath(new URL('../..', import.meta.url))
const contracts = [
  'bounds',
  'cloud-events',
  'envelope',
  'identity',
  'json',
  'problems',
  'services',
  'text',
  'words',
]
const contractsOfHttp = [
  'access',
  'address',
  'answer-headers',
  'endpoint',
  'headers',
  'health',
  'log-bounds',
  'log-events',
  'log-headers',
  'log-identity',
  'log-queries',
  'media-types',
  'parked',
  'questions',
  'service-report',
  'subscriptions',
  'subscription-proof',
  'subscription-status',
]
const endpointFiles = ['event-bus', 'event-bus-events', 'event-bus-questions', 'event-bus-subscriptions']
/** What the bus is made of: itself without the one file that tells it about blogs, and what it needs of two packages. */
const taken = [
  'event-bus/package.json',
  'event-bus/src',
  'packages/chassis/package.json',
  'packages/chassis/src',
  'packages/contracts/package.json',
  ...contracts.map((name) => `packages/contracts/src/${name}.ts`),
  ...contractsOfHttp.map((name) => `packages/contracts/src/http/${name}.ts`),
  ...endpointFiles.map((name) => `packages/contracts/src/endpoints/${name}.ts`),
]
const left = ['event-bus/src/main.ts', 'event-bus/src/service.ts', 'packages/chassis/src/testing']

/** What `npm install` would bring: what the parts say that they depend on, and the parts themselves. */
const install = async (folder: string): Promise<void> => {
  const link = async (name: string, target: string) => {
    const path = join(folder, 'node_modules', name)
    await mkdir(dirname(path), { recursive: true })
    await symlink(target, path)
  }
  // npm puts a version of its own beside a part where the others need another.
  const installed = new Map<string, string>()
  for (const part of ['event-bus', 'packages/chassis', 'packages/contracts']) {
    const { name, dependencies } = JSON.parse(await readFile(join(folder, part, 'package.json'), 'utf8'))
    await link(name, join(folder, part))
    for (const each of Object.keys(dependencies).filter((other) => !other.startsWith('@logbook/'))) {
      const own = join(home, part, 'node_modules', each)
      if (existsSync(own)) installed.set(each, own)
      else if (!installed.has(each)) installed.set(each, join(home, 'node_modules', each))
    }
  }
  for (const [name, target] of installed) await link(name, target)
}

const lift = async (): Promise<string> => {
  const folder = temporaryFolder()
  const isLeft = (path: string) => left.some((name) => path === join(home, name))
  for (const path of taken)
    await cp(join(home, path), join(folder, path), { recursive: true, filter: (from) => !isLeft(from) })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  await install(folder)
  return folder
}

const start = async (folder: string, token: string): Promise<string> => {
  const SERVICE_TOKENS_DIR = await tokensFolder({ operator: token })
  const child = fork(join(folder, 'event-bus/src/stand-alone.ts'), {
    cwd: folder,
    env: { PORT: '0', DATABASE: 'log.sqlite', SERVICE_TOKENS_DIR },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (typeof message?.url !== 'string') throw new Error(said)
  return message.url
}

it('taken out of this repository, with nothing in it that knows of blogs, it takes events, and brings them to who follows and who claims', async () => {
  const token = 'a-token-for-a-bus-of-its-own'
  const url = await start(await lift(), token)
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const send = (method: string, path: string, body: object) =>
    fetch(url + path, { method, headers, body: JSON.stringify(body) })

  const placed = { type: 'OrderPlaced', subject: 'order-7', expectedversion: 'none', data: { total: 12 } }
  expect((await send('POST', '/events', placed)).status).toBe(201)
  expect((await send('POST', '/events', placed)).status).toBe(409)
  expect((await fetch(`${url}/events`)).status).toBe(401)

  const leave = new AbortController()
  onTestFinished(() => leave.abort())
  const stream = { ...headers, Accept: 'text/event-stream' }
  const following = await fetch(`${url}/events`, { headers: stream, signal: leave.signal })
  let followed = ''
  const ended = (async () => {
    for await (const chunk of following.body ?? []) followed += Buffer.from(chunk).toString()
  })().catch(() => {})
  await vi.waitFor(() => expect(followed).toContain('event: caught-up'))
  const paid = { type: 'OrderPaid', subject: 'order-7', expectedversion: 1, data: null }
  expect((await send('POST', '/events', paid)).status).toBe(201)
  await vi.waitFor(() => expect(followed.match(/"type":"Order\w+"/g)).toHaveLength(2))
  leave.abort()
  await ended

  const mailer = '/subscriptions/mailer'
  expect((await send('PUT', mailer, { mode: 'pull' })).status).toBe(201)
  const claimed = await send('POST', `${mailer}/claim`, { waitMs: 20_000 })
  const [first]: ClaimedDelivery[] = await claimed.json()
  expect(first).toMatchObject({ event: { type: 'OrderPlaced', data: { total: 12 } }, attempt: 1 })
  expect((await send('POST', `${mailer}/ack`, { token: first?.token })).status).toBe(200)
  const described = await (await fetch(`${url}/asyncapi.json`, { headers })).text()
  expect(described).not.toMatch(/(Post|Comment|User)[A-Z]/)
})
