import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { open } from './bus-clients.ts'

/** A system to compare with, running on a port of its own with its data in a folder of its own. */
export interface Peer {
  port: number
  stop(): Promise<void>
}

/** Why there is no such peer here, and how to get it. */
export interface Absent {
  absent: string
}

const startMsMax = 20_000

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

export const listening = async (port: number): Promise<void> => {
  for (const end = performance.now() + startMsMax; ; await delay(50))
    try {
      ;(await open(port)).destroy()
      return
    } catch (error) {
      if (performance.now() > end) throw error
    }
}

const running = async (child: ChildProcess, port: number): Promise<Peer> => {
  await listening(port)
  return {
    port,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      await ended
    },
  }
}

const versionOf = (command: string): string | undefined => {
  try {
    return execFileSync(command, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

export const startRedis = async (folder: string): Promise<Peer | Absent> => {
  if (versionOf('redis-server') === undefined) return { absent: 'apt-get install redis-server' }
  const port = await freePort()
  await mkdir(folder)
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  return running(spawn('redis-server', options, { stdio: 'ignore' }), port)
}

/** JetStream as it comes, or with every message synced before it is acknowledged, which takes nats-server 2.10. */
export const startNats = async (
  folder: string,
  { syncAlways }: { syncAlways: boolean },
): Promise<Peer | Absent> => {
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(versionOf('nats-server') ?? '') ?? []
  if (major === undefined) return { absent: 'apt-get install nats-server' }
  if (syncAlways && Number(major) === 2 && Number(minor) < 10)
    return { absent: `nats-server 2.10 or later, this is ${major}.${minor}` }
  const port = await freePort()
  await mkdir(folder)
  const config = `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}"${syncAlways ? ', sync_interval: always' : ''} }\n`
  const file = join(folder, 'nats.conf')
  await writeFile(file, config)
  return running(spawn('nats-server', ['-c', file], { stdio: 'ignore' }), port)
}

const debianPostgres = '/usr/lib/postgresql'

const postgresFolder = async (): Promise<string | undefined> => {
  try {
    const versions = await readdir(debianPostgres)
    const [latest] = versions.toSorted((a, b) => Number(b) - Number(a))
    return latest === undefined ? undefined : join(debianPostgres, latest, 'bin')
  } catch {
    return undefined
  }
}

const idOf = (flag: '-u' | '-g', user: string): number =>
  Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))

/** PostgreSQL as Debian sets it up, with a table of unique ids. It refuses to run as root, and then runs as its own user. */
export const startPostgres = async (folder: string): Promise<Peer | Absent> => {
  const bin = await postgresFolder()
  if (bin === undefined) return { absent: 'apt-get install postgresql' }
  const port = await freePort()
  await mkdir(folder)
  const asRoot = process.getuid?.() === 0
  const user = asRoot ? { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') } : {}
  if (asRoot) await chown(folder, user.uid ?? 0, user.gid ?? 0)
  const options = { ...user, cwd: folder, stdio: 'ignore' } as const
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'], options)
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`]
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    options,
  )
  const peer = await running(child, port)
  const table =
    'CREATE TABLE events (position bigserial PRIMARY KEY, id text NOT NULL UNIQUE, event text NOT NULL)'
  const psql = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-q', '-c', table]
  for (const end = performance.now() + startMsMax; ; await delay(100))
    try {
      execFileSync(join(bin, 'psql'), psql, options)
      return peer
    } catch (error) {
      if (performance.now() > end) throw error
    }
}
