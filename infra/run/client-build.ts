import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { text } from 'node:stream/consumers'
import { systemEnvironment } from './handed-on.ts'
import { onlyOne } from './only-one.ts'
import { root } from './services.ts'

const stampFile = join(root, 'client/build/.stamp')
const sources = ['client', 'packages/contracts/src', 'packages/markdown/src', 'package-lock.json']
const notSources = new Set(['node_modules', 'build', '.react-router', 'test'])

async function* filesUnder(path: string): AsyncGenerator<string> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) {
    yield path
    return
  }
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (notSources.has(entry.name)) continue
    const inside = join(path, entry.name)
    if (entry.isDirectory()) yield* filesUnder(inside)
    else yield inside
  }
}

const stampOfSources = async (): Promise<string> => {
  const hash = createHash('sha256')
  for (const source of sources)
    for await (const file of filesUnder(join(root, source)))
      hash.update(`${relative(root, file).split(sep).join('/')}\0`).update(await readFile(file))
  return hash.digest('hex')
}

const isBuilt = async (stamp: string): Promise<boolean> =>
  (await readFile(stampFile, 'utf8').catch(() => '')) === stamp

const build = async (): Promise<void> => {
  const npm = process.env.npm_execpath
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const child = spawn(command, [...first, 'run', '--silent', 'build', '--workspace', '@logbook/client'], {
    cwd: root,
    env: { ...systemEnvironment(process.env), NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  if (code !== 0) throw new Error(`The client could not be built.\n${out}${err}`)
}

/** Builds the client if its sources are not those of the last build. Two Logbooks that start from one folder take turns. */
export const buildClient = async ({ onBuild }: { onBuild: () => void }): Promise<void> => {
  const stamp = await stampOfSources()
  if (await isBuilt(stamp)) return
  await onlyOne(join(root, '.cache/client-build.lock'), async () => {
    if (await isBuilt(stamp)) return
    onBuild()
    await rm(stampFile, { force: true })
    await build()
    await mkdir(join(root, 'client/build'), { recursive: true })
    await writeFile(stampFile, stamp)
  })
}
