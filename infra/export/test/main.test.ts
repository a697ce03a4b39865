import { type ChildProcess, execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { initialMediaSettings } from '@logbook/contracts/events/media-settings.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { postUpdated } from '@logbook/contracts/examples/posts.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { tokenFileOf, tokensFolderOf } from '../../run/services.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const post = { ...postUpdated().data, version: 1 }

let folder: string
let port: string
let made: string[]
let ended: string[]
/** Answers comments never. */
let hangs: boolean
let takesBack: boolean
const answersOf: Readonly<Record<string, unknown>> = {
  '/api/author/settings': initialSettings(),
  '/api/author/posts': [post],
  '/api/posts': [],
  '/api/media': [],
  [`/api/posts/${post.id}/comments`]: [],
  '/api/moderation/judged': [],
  '/api/moderation/queue': [],
  '/api/moderation/rules': { rules: [], version: 0 },
  '/api/media/settings': initialMediaSettings,
}

/** A Logbook of one post: accounts, which makes API tokens for the operator, and the gateway, which takes those and one more. */
const server = createServer((req, res) => {
  const { pathname } = new URL(req.url ?? '/', 'http://blog.test')
  const answer = (status: number, body?: unknown) =>
    res
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body === undefined ? '' : JSON.stringify(body))
  if (pathname === '/operator/tokens') {
    const id = `t${made.length + 1}`
    made.push(id)
    return answer(201, { id, token: `lb_${id}` })
  }
  if (pathname.startsWith('/operator/tokens/')) {
    if (!takesBack) return answer(500, {})
    ended.push(pathname.slice('/operator/tokens/'.length))
    return answer(204)
  }
  const shown = req.headers.authorization?.replace('Bearer lb_', '') ?? ''
  if (shown !== 'given' && (!made.includes(shown) || ended.includes(shown))) return answer(401, {})
  if (hangs && pathname.endsWith('/comments')) return
  return pathname in answersOf ? answer(200, answersOf[pathname]) : answer(404, {})
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'logbook-export-main-'))
  const data = join(folder, 'data')
  mkdirSync(tokensFolderOf(data), { recursive: true })
  writeFileSync(tokenFileOf('operator', data), 'the-token-of-the-operator-in-tests\n', { mode: 0o600 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = String((server.address() as AddressInfo).port)
})
beforeEach(() => {
  made = []
  ended = []
  hangs = false
  takesBack = true
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}
const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const places = {
    LOGBOOK_DATA: join(folder, 'data'),
    LOGBOOK_GATEWAY_PORT: port,
    LOGBOOK_ACCOUNTS_PORT: port,
  }
  let child: ChildProcess | undefined
  const whole = new Promise<Ended>((resolve) => {
    child = execFile(
      process.execPath,
      [main, ...args],
      { env: { ...process.env, LOGBOOK_TOKEN: '', ...places, ...env } },
      (_error, stdout, stderr) => resolve({ code: child?.exitCode ?? null, stdout, stderr }),
    )
  })
  return { child: child as ChildProcess, whole }
}
const run = (args: readonly string[], env?: NodeJS.ProcessEnv) => start(args, env).whole
/** What stands in the folder of this test, hidden or not, but for the data. */
const left = () => readdirSync(folder).filter((name) => name !== 'data')

describe('the command', () => {
  it('the export command writes the blog with a token that it makes and takes back, and ends with 0', async () => {
    const out = join(folder, 'out')
    const { code, stdout, stderr } = await run([out])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`npm run import -- ${out}`)
    expect(readFileSync(join(out, '_config.yml'), 'utf8')).toContain('title: Logbook\n')
    expect([made, ended]).toEqual([['t1'], ['t1']])
    // Once more, into the folder that now holds something.
    const again = await run([out, '--json'])
    expect(again.code).toBe(2)
    expect(again.stderr).toContain(`${out}: it is not empty`)
    expect(ended).toEqual(made)
    expect(left()).toEqual(['out'])
    rmSync(out, { recursive: true })
  })

  it('the export command says what it does, and what it takes', async () => {
    const { code, stdout } = await run(['--help'])
    expect(code).toBe(0)
    for (const said of ['--url', '--json', 'LOGBOOK_TOKEN', 'Ends with 0', 'kill -9'])
      expect(stdout).toContain(said)
    const nothing = await run([])
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('missing required argument')])
  })

  it.each([
    ['a file', (inside: string) => inside],
    ['below a file', (inside: string) => join(inside, 'out')],
  ])('the export command ends with 2 and names the folder where that is %s', async (_what, placeOf) => {
    const file = join(folder, 'file')
    writeFileSync(file, 'mine')
    const { code, stderr } = await run([placeOf(file)])
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^export: \S+\/file\S*: it is a file, or below one\n$/),
    ])
    expect([ended, readFileSync(file, 'utf8')]).toEqual([made, 'mine'])
    rmSync(file)
  })

  it('the export command ends with 1 when its token is refused or the blog does not answer, and leaves no files', async () => {
    const wrong = await run([join(folder, 'out')], { LOGBOOK_TOKEN: 'lb_wrong' })
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('the token is not one of an owner'),
    ])
    const away = await run([join(folder, 'out')], { LOGBOOK_ACCOUNTS_PORT: '9' })
    expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('Is Logbook running?')])
    expect([made, left()]).toEqual([[], []])
  })

  it('the export command takes a token that is given, which is not its own to take back', async () => {
    const out = join(folder, 'out')
    expect((await run([out], { LOGBOOK_TOKEN: 'lb_given' })).code).toBe(0)
    expect([made, ended]).toEqual([[], []])
    rmSync(out, { recursive: true })
  })

  it('the export command says that its token could not be taken back, when everything was written', async () => {
    takesBack = false
    const out = join(folder, 'out')
    const { code, stderr } = await run([out])
    expect([code, stderr]).toEqual([0, expect.stringContaining('could not be taken back, and ends in a day')])
    expect(existsSync(join(out, 'logbook.json'))).toBe(true)
    rmSync(out, { recursive: true })
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'the export command stopped midway by %s takes its token back, leaves nothing, and ends with %i',
    async (signal, exit) => {
      hangs = true
      const { child, whole } = start([join(folder, 'out')])
      await vi.waitFor(() => expect(left()).toEqual(['.out.part']), { timeout: 20_000 })
      child.kill(signal)
      const { code, stderr } = await whole
      expect([code, stderr]).toEqual([exit, 'export: it was stopped, and wrote nothing\n'])
      expect([ended, left()]).toEqual([made, []])
    },
  )

  it('the export command killed midway leaves no folder that looks whole, and the next run clears what it left', async () => {
    hangs = true
    const out = join(folder, 'out')
    const { child, whole } = start([out])
    await vi.waitFor(() => expect(left()).toEqual(['.out.part']), { timeout: 20_000 })
    child.kill('SIGKILL')
    await whole
    expect(existsSync(out)).toBe(false)
    hangs = false
    expect((await run([out])).code).toBe(0)
    expect(left()).toEqual(['out'])
  })
})
