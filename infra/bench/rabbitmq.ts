import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Absent, freePort, listening, type Peer } from './bus-peers.ts'

const debian = '/usr/lib/rabbitmq/bin/rabbitmq-server'

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** RabbitMQ as Debian has it, a node of its own with its data, its cookie and its port mapper in this folder. */
export const startRabbit = async (folder: string): Promise<Peer | Absent> => {
  if (!existsSync(debian)) return { absent: 'apt-get install rabbitmq-server' }
  await mkdir(folder)
  const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()]
  const plugins = join(folder, 'plugins')
  await writeFile(plugins, '[].\n')
  const env = {
    ...process.env,
    HOME: folder,
    ERL_EPMD_PORT: String(mapper),
    RABBITMQ_NODENAME: `bench${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: folder,
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_PID_FILE: join(folder, 'pid'),
  }
  const child = spawn(debian, [], { env, stdio: 'ignore' })
  await listening(port)
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      await ended(child)
      execFileSync('epmd', ['-kill'], { env, stdio: 'ignore' })
    },
  }
}
