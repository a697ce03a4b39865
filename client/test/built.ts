import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createFakeServices } from './fake-services.ts'

const folder = join(import.meta.dirname, '..')
const sources = [
  join(folder, 'app'),
  join(folder, 'server'),
  join(folder, '../packages/markdown/src'),
  join(folder, '../packages/contracts/src'),
]
const built = join(folder, 'build/server/index.js')

const newestOf = (path: string): number => {
  const entries = readdirSync(path, { withFileTypes: true, recursive: true })
  return Math.max(...entries.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}

/** Builds the client if a source is newer than what was built. */
const buildIfOld = async (): Promise<void> => {
  const files = [join(folder, 'vite.config.ts'), join(folder, 'react-router.config.ts')]
  const newest = Math.max(...sources.map(newestOf), ...files.map((file) => statSync(file).mtimeMs))
  if (existsSync(built) && statSync(built).mtimeMs > newest) return
  const bin = join(folder, '../node_modules/@react-router/dev/bin.cjs')
  await promisify(execFile)(process.execPath, [bin, 'build'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
  })
}

const launch = async (urls: Record<string, string>) => {
  const places = Object.entries(urls).map(([name, url]) => [`${name.toUpperCase()}_URL`, url])
  const client = fork(join(folder, 'server.ts'), [], {
    execArgv: [],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: '0',
      BLOG_TITLE: 'Logbook of Ada',
      ...Object.fromEntries(places),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [message] = await once(client, 'message')
  return { client, clientUrl: String(message.url) }
}

/** The built client, before services that answer from memory. `url` is the one address that a browser would see. */
export const startWorld = async () => {
  await buildIfOld()
  const fake = createFakeServices()
  const { url, urls } = await fake.start()
  const { client, clientUrl } = await launch(urls)
  fake.fronts(clientUrl)
  return {
    url,
    fake,
    clientUrl,
    urls,
    close: async () => {
      fake.close()
      const ended = once(client, 'exit')
      client.kill('SIGTERM')
      return (await ended)[0] as number | null
    },
  }
}
export type World = Awaited<ReturnType<typeof startWorld>>
