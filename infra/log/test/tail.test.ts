import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Services, startBus, startServices } from '../../backup/test/running-blog.ts'
import { runLog, startLog } from './run-log.ts'

describe('npm run log -- tail', () => {
  let folder: string
  let services: Services
  let settings: Record<string, string>
  const closing: (() => Promise<void>)[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logbook-tail-'))
    const bus = await startBus(folder)
    services = await startServices(folder, bus.url)
    closing.push(bus.close, services.close)
    settings = {
      BUS_URL: bus.url,
      ACCOUNTS_URL: services.urlOf('accounts'),
      OPERATOR_TOKEN: 'token-of-the-operator-in-tests',
    }
  })
  afterAll(async () => {
    for (const close of closing.reverse()) await close()
    await rm(folder, { recursive: true, force: true })
  })

  const publish = async (title: string): Promise<string> =>
    (await services.ask('posts').post('/posts').send({ title, content: 'x' }).expect(201)).body.id
  const follow = (...words: string[]) => {
    const log = startLog(['tail', ...words], settings)
    onTestFinished(() => void log.kill('SIGKILL'))
    return log
  }
  const linesOf = ({ said }: ReturnType<typeof follow>) => said.out.split('\n').filter(Boolean)

  it('npm run log -- tail prints history and new events with personal data in the clear, and ends with 0 on Ctrl-C', async () => {
    const id = await publish('First \u009b2J\u202e')
    const { body: comment } = await services
      .ask('comments')
      .post(`/posts/${id}/comments`)
      .send({ content: 'Sealed in the log' })
      .expect(201)
    const log = follow('--from', '1')
    await expect.poll(() => log.said.out).toContain('"content":"Sealed in the log"')
    await services.ask('comments').post(`/posts/${id}/comments`).send({ content: 'New here' }).expect(201)
    await expect.poll(() => log.said.out).toContain('"content":"New here"')
    expect(log.said.out).toMatch(
      new RegExp(`^\\d+ \\d{4}-\\S+Z CommentCreated comment-${comment.id} \\{`, 'm'),
    )
    // Nothing that people wrote controls the terminal.
    expect(log.said.out).toContain('First \\u009b2J\\u202e')
    log.kill('SIGINT')
    expect(await log.ended()).toMatchObject({ code: 0, err: '' })
  })

  it('npm run log -- tail prints only the types and the stream that were asked for, as JSON where asked', async () => {
    const id = await publish('Asked for')
    await publish('Another')
    const log = follow(
      '--from',
      '1',
      '--types',
      'PostCreated, PostDeleted',
      '--subject',
      `post-${id}`,
      '--json',
    )
    await expect.poll(() => linesOf(log)).toHaveLength(1)
    await services.ask('posts').delete(`/posts/${id}`).expect(204)
    await expect.poll(() => linesOf(log)).toHaveLength(2)
    const events = linesOf(log).map((line) => JSON.parse(line))
    expect(events).toMatchObject([
      { type: 'PostCreated', subject: `post-${id}`, version: 1, data: { title: 'Asked for' } },
      { type: 'PostDeleted', subject: `post-${id}` },
    ])
  })

  it('npm run log -- tail begins with what is appended next where no position is named, and warns of types that Logbook has not', async () => {
    await publish('Before')
    const log = follow('--types', 'PostCreated,PostCraeted')
    await expect.poll(() => log.said.err).toContain('PostCraeted: not a type of Logbook')
    await expect.poll(() => publish('After').then(() => log.said.out)).toContain('"title":"After"')
    expect(log.said.out).not.toContain('"title":"Before"')
  })

  it.each([
    [
      'the blog does not run',
      { BUS_URL: 'http://127.0.0.1:9' },
      [],
      /No event bus answers at .*Is npm start running\?/,
    ],
    ['what answers is no bus', 'accounts', [], /is no event bus|does not know/],
    [
      'there is no token',
      { OPERATOR_TOKEN: '', LOGBOOK_DATA: '/nowhere' },
      [],
      /no operator's token at \/nowhere/,
    ],
    ['the position is none', {}, ['--from', '0'], /It must be a position, from 1/],
    ['the position is beyond the end', {}, ['--from', '999999'], /The log ends at position \d+/],
  ])('npm run log -- tail ends with 2 and says why where %s', async (_name, other, words, reason) => {
    const own = other === 'accounts' ? { BUS_URL: services.urlOf('accounts') } : Object(other)
    const { code, err, out } = await runLog(['tail', ...words], { ...settings, ...own })
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(reason)
  })

  it('npm run log -- tail shows its options with --help', async () => {
    const { code, out } = await runLog(['tail', '--help'], settings)
    expect(code).toBe(0)
    for (const option of ['--types', '--from', '--subject', '--json']) expect(out).toContain(option)
  })
})
