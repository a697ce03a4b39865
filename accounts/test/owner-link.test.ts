import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, silentLogger } from '@logbook/chassis/logger.ts'
import { expect, it, onTestFinished } from 'vitest'
import { type Booted, boot, tokenOf, tokens } from './boot.ts'
import { runTool } from './tool.ts'

const booted = async (before?: Pick<Booted, 'folder' | 'bus'>) => {
  const lines: { level: string; link?: string; fault?: string }[] = []
  const noting = (level: string) => (said: object) => void lines.push({ level, ...said })
  const logger: Logger = Object.assign(Object.create(silentLogger), {
    info: noting('info'),
    error: noting('error'),
  })
  const accounts = await boot({ logger, ...(before && { folder: before.folder, bus: before.bus }) })
  return { accounts, lines, links: () => lines.flatMap(({ link }) => link ?? []) }
}

it('the link that creates the owner is logged at each start until it was used', async () => {
  const first = await booted()
  expect(first.links()).toHaveLength(1)
  const link = first.links()[0]
  const { body } = await first.accounts.ask('GET', '/operator/setup', { as: tokens.operator })
  expect(body.link).toBe(link)
  await first.accounts.stop()

  const second = await booted(first.accounts)
  onTestFinished(() => second.accounts.close())
  expect(second.links()).toEqual([link])
  const owner = { name: 'Olga', email: 'olga@blog.example', password: 'four words in a row' }
  const made = await second.accounts.ask('POST', '/setup', { body: { ...owner, token: tokenOf(link) } })
  expect(made.status).toBe(201)
  await second.accounts.stop()

  const third = await booted(first.accounts)
  expect(third.links()).toEqual([])
  await third.accounts.stop()
})

it('the owner-link command prints only the link, also with the settings of a container, and says why it can’t', async () => {
  const { accounts, links } = await booted()
  onTestFinished(() => accounts.close())
  const printed = { code: 0, stdout: `${links()[0]}\n`, stderr: '' }
  expect(await runTool(['owner-link'], accounts)).toEqual(printed)
  const container = {
    ...{ LOGBOOK_DATA: '', DATABASE: join(accounts.folder, 'accounts.sqlite') },
    ...{ OPERATOR_TOKEN: tokens.operator, MASTER_KEY: 'unused', HOST: '0.0.0.0' },
  }
  expect(await runTool(['owner-link'], accounts, container)).toEqual(printed)

  const stranger = { ...container, OPERATOR_TOKEN: 'the-token-of-another-blog' }
  const other = await runTool(['owner-link'], accounts, stranger)
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('do not know its token') })
  await accounts.makeOwner()
  const late = await runTool(['owner-link'], accounts)
  expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining('has an owner') })
  const gone: Pick<Booted, 'folder' | 'url'> = { folder: accounts.folder, url: 'http://127.0.0.1:9' }
  expect(await runTool(['owner-link'], gone)).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('Start Logbook first') },
  })
})

it('a missing master key is logged', async () => {
  const first = await booted()
  await first.accounts.stop()
  rmSync(join(first.accounts.folder, 'secrets', 'master-key'))
  const { accounts, lines } = await booted(first.accounts)
  onTestFinished(() => accounts.close())
  expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
    { fault: expect.stringContaining('missing') },
  ])
  const { body } = await accounts.ask('GET', '/health')
  expect(body).toMatchObject({ status: 'degraded', complaints: [{ reason: 'keys' }] })
})
