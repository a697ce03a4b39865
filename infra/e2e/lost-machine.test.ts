import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as pathOf } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { portVariable, root } from '../run/services.ts'
import { ask, blogOf } from './blog.ts'
import { cookiesOf, join } from './joining.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const services = [
  'event-bus',
  'accounts',
  'posts',
  'comments',
  'moderation',
  'query',
  'notifications',
  'gateway',
] as const

let folder: string
let logbook: Logbook
beforeAll(async () => {
  folder = await mkdtemp(pathOf(tmpdir(), 'logbook-lost-'))
  logbook = await startLogbook({ services, apart: [], dataFolder: pathOf(folder, 'data') })
}, 60_000)
afterAll(async () => {
  await logbook.close()
  await rm(folder, { recursive: true, force: true })
})

/** A command of the repository, for this Logbook's data folder and ports. */
const command = (file: string, ...words: string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const { dataFolder, ports } = logbook.place
    const env = {
      ...process.env,
      LOGBOOK_DATA: dataFolder,
      [portVariable('accounts')]: String(ports.accounts),
    }
    const child = execFile(
      process.execPath,
      [pathOf(root, file), ...words],
      { env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, said: stdout + stderr }),
    )
    child.stdin?.end()
  })

interface Said {
  id: string
  content: string
  name: string
}
/** What was acknowledged, by comment. */
const model = new Map<string, Said>()
let postId = ''
let ada: { id: string; name: string; headers: Record<string, string> }

let guests = 0
const sayAsGuest = async (): Promise<Said> => {
  const name = `Guest ${++guests}`
  const content = guests % 3 === 0 ? `An orange from ${name}` : `A plum from ${name}`
  const body = { content, author: { name, email: `guest-${guests}@peppercorn.example` } }
  const answer = await ask<{ id: string }>(`${blogOf(logbook).api}/posts/${postId}/comments`, {
    method: 'POST',
    body,
  })
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`)
  return { id: answer.json().id, content, name }
}
const remember = (said: Said) => model.set(said.id, said)

it('a backup that is made while the blog is written to takes its name once it is verified', async () => {
  const blog = blogOf(logbook)
  postId = (await blog.write('Of lighthouses')).id
  const session = await join(blog, { name: 'Ada Marsh', email: 'ada@marsh.example' })
  const { id } = (await ask<{ id: string }>(`${blog.api}/accounts/me`, { headers: session })).json()
  ada = { id, name: 'Ada Marsh', headers: session }
  const own = { content: 'I keep one' }
  const mine = await ask<{ id: string }>(`${blog.api}/posts/${postId}/comments`, {
    method: 'POST',
    body: own,
    headers: session,
  })
  expect(mine.status, mine.text).toBe(201)
  remember({ id: mine.json().id, content: own.content, name: ada.name })
  for (let n = 0; n < 12; n++) remember(await sayAsGuest())

  let backingUp = true
  const during = (async () => {
    while (backingUp) await sayAsGuest()
  })()
  const backup = await command('infra/backup/main.ts', pathOf(folder, 'backups'))
  backingUp = false
  await during
  expect(backup).toMatchObject({ code: 0 })
  expect(backup.said).toContain(pathOf(logbook.place.dataFolder, 'secrets', 'master-key'))
  expect(
    (await readdir(pathOf(folder, 'backups'))).filter((name) => name.startsWith('logbook-')),
  ).toHaveLength(1)
}, 60_000)

it('a machine that is lost after it comes back on another with all that was answered before the backup', async () => {
  await sayAsGuest()
  const running = await command('infra/backup/restore-main.ts', pathOf(folder, 'backups'), '--yes')
  expect(running).toMatchObject({ code: 2 })
  expect(running.said).toContain(logbook.file('event-bus'))
  await logbook.close()
  const key = pathOf(folder, 'key-kept-apart')
  await cp(pathOf(folder, 'data', 'secrets'), key, { recursive: true })
  await rm(pathOf(folder, 'data'), { recursive: true })

  // Another machine: nothing but the master key.
  const dataFolder = pathOf(folder, 'other')
  await mkdir(dataFolder)
  await cp(key, pathOf(dataFolder, 'secrets'), { recursive: true })
  logbook.place.dataFolder = dataFolder
  const restored = await command('infra/backup/restore-main.ts', pathOf(folder, 'backups'), '--yes')
  expect(restored).toMatchObject({ code: 0 })
  logbook = await startLogbook({ services, apart: ['event-bus', 'accounts'], dataFolder })
  const blog = blogOf(logbook)
  await blog.settled()
  // Accounts and log are of one backup: neither reads the other as a stranger.
  expect(logbook.output('accounts')).not.toContain('is not this one')

  const log = await blog.log()
  const made = log
    .filter(({ type }) => type === 'CommentCreated')
    .map(({ data }) => (data as { id: string }).id)
  for (const id of model.keys()) expect(made).toContain(id)
  // One verdict each, those among them that the backup caught between comment and verdict.
  const verdicts = await until(async () => {
    const judged = await blog.log(['CommentModerated'])
    return judged.length >= made.length && judged.map(({ data }) => (data as { id: string }).id)
  }, 'a verdict on each comment')
  expect(verdicts.sort()).toEqual(made.sort())
  // The page is a fold of the log, and says what was said, under the names of those who said it.
  const thread = new Map((await blog.judged(postId, made.length)).map((each) => [each.id, each]))
  for (const { id, content, name } of model.values())
    if (!content.includes('orange')) expect(thread.get(id)).toMatchObject({ content, author: { name } })
  const states = new Map<string, string>()
  for (const { data } of await blog.log(['CommentCreated', 'CommentUpdated'])) {
    const { id, status } = data as { id: string; status: string }
    states.set(id, status)
  }
  const approved = [...states].filter(([, status]) => status === 'approved').map(([id]) => id)
  expect(
    [...thread.values()]
      .filter(({ status }) => status === 'approved')
      .map(({ id }) => id)
      .sort(),
  ).toEqual(approved.sort())
}, 90_000)

it('gives people their own data there and no one else’s, and they sign in with the password of then', async () => {
  const blog = blogOf(logbook)
  const signedIn = await ask(`${blog.api}/accounts/auth/sign-in/email`, {
    method: 'POST',
    body: { email: 'ada@marsh.example', password: 'four words in a row' },
  })
  expect(signedIn.status, signedIn.text).toBe(200)
  const asked = await ask(`${blog.api}/accounts/people/${ada.id}/data`, {
    headers: { Cookie: cookiesOf(signedIn) },
  })
  expect(asked.status, asked.text).toBe(200)
  expect(asked.text).toContain('I keep one')
  expect(asked.text).not.toMatch(/Guest \d|peppercorn/)
  remember(await sayAsGuest())
  await blog.settled()
}, 60_000)

it('whose accounts alone are lost does not make new ones, and whose log is lost begins no new one', async () => {
  await logbook.kill('accounts')
  for (const ending of ['', '-wal', '-shm']) await rm(logbook.file('accounts') + ending, { force: true })
  await logbook.start('accounts', { wait: false })
  await until(() => !logbook.isRunning('accounts'), 'accounts to end')
  expect(logbook.output('accounts')).toContain('npm run restore')
  expect(await readdir(logbook.place.dataFolder)).not.toContain('accounts.sqlite')

  await logbook.kill('event-bus')
  for (const ending of ['', '-wal', '-shm']) await rm(logbook.file('event-bus') + ending, { force: true })
  await logbook.start('event-bus', { wait: false })
  await until(() => !logbook.isRunning('event-bus'), 'the log to end')
  expect(logbook.output('event-bus')).toContain('npm run restore')
  expect(await readdir(logbook.place.dataFolder)).not.toContain('event-bus.sqlite')
}, 60_000)
