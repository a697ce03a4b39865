import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildClient } from '../../infra/run/client-build.ts'

const assets = join(import.meta.dirname, '../build/client/assets')
const buildMsMax = 90_000

it(
  'no script of a page makes code from text, which the content security policy forbids, nor brings the schemas of the server',
  async () => {
    await buildClient({ onBuild: () => {} })
    const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(10)
    for (const name of scripts) {
      const text = await readFile(join(assets, name), 'utf8')
      expect([name, /(?<![\w.$])(?:new Function|Function|eval)\(/.exec(text)?.[0]]).toEqual([name, undefined])
      expect([name, text.includes('ZodError')]).toEqual([name, false])
    }
  },
  buildMsMax,
)
