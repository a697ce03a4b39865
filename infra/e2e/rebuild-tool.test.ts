import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { rebuildStatus } from '@logbook/contracts/http/rebuild.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { portVariable, root } from '../run/services.ts'
import { blogOf } from './blog.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

interface Ran {
  code: number
  out: string
  error: string
}

let logbook: Logbook
beforeAll(async () => {
  logbook = await sharedLogbook()
  const blog = blogOf(logbook)
  await blog.write('A post that is built anew')
  await blog.settled()
})

/** `npm run rebuild -- …`, without npm. */
const rebuild = (...args: string[]): Promise<Ran> => {
  const { dataFolder, ports } = logbook.place
  const place = { LOGBOOK_DATA: dataFolder, [portVariable('query')]: String(ports.query) }
  const options = { env: { ...process.env, ...place } }
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'infra/rebuild/main.ts'), ...args],
      options,
      (_, out, error) => resolve({ code: child.exitCode ?? -1, out, error }),
    )
  })
}

const status = async () => rebuildStatus.parse(JSON.parse((await rebuild('--status')).out))

describe('npm run rebuild', () => {
  it('npm run rebuild builds beside the live view, reports how the rows differ, and keeps the result until it is cancelled', async () => {
    const { code, out } = await rebuild()
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}post +\d+ the same, 0 added, 0 removed, 0 changed$/m)
    const columns = [...out.matchAll(/^ {2}\w+ +(?=\d)/gm)].map(([name]) => name.length)
    expect([columns.length > 5, new Set(columns).size]).toEqual([true, 1])
    expect(out).toContain('--swap lets it answer')
    expect(await status()).toMatchObject({ state: 'ready', canRollBack: false })

    expect((await rebuild('--cancel')).code).toBe(0)
    expect(await status()).toMatchObject({ state: 'none', canRollBack: false })
  })

  it('npm run rebuild -- --swap makes the new view live, after which the previous one can be restored', async () => {
    const { code, out } = await rebuild('--swap')
    expect(code).toBe(0)
    expect(out).toContain('The new view answers now.')
    expect(await status()).toMatchObject({ state: 'none', canRollBack: true })
    expect((await rebuild('--rollback')).code).toBe(0)
    expect(await status()).toMatchObject({ state: 'none' })
  })

  it('npm run rebuild says what is refused, and that no service answers, in one line', async () => {
    await rebuild('--cancel')
    const refused = await rebuild('--cancel')
    expect(refused.code).toBe(1)
    expect(refused.error.trim().split('\n')).toHaveLength(1)
    await logbook.kill('query', 'SIGKILL')
    const { code, error } = await rebuild('--status')
    expect(code).toBe(1)
    expect(error).toMatch(/^query can't be reached at \S+\. Is npm start running\?\n$/)
  })
})
