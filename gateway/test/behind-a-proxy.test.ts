import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startGateway } from './running.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8')
const example = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([^\`]*)^\`\`\``, 'm').exec(page)?.[1] ?? ''

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const newFolder = (): string => {
  const folder = temporaryFolder()
  return folder
}

interface Started {
  command: string
  parameters: readonly string[]
  folder: string
}

/** Runs a proxy for the length of one test. */
const run = ({ command, parameters, folder }: Started): void => {
  const child = spawn(command, parameters, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: 'ignore',
  })
  onTestFinished(async () => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  })
}

interface Asked {
  url: string
  path: string
  headers?: Record<string, string>
}

/** Asks for the blog by its name, from another address of this machine than the proxy is at. */
const ask = async ({ url, path, headers }: Asked): Promise<IncomingMessage> => {
  const send = url.startsWith('https:') ? secureRequest : request
  const asking = send(`${url}${path}`, {
    headers: { Host: 'blog.example', ...headers },
    localAddress: '127.0.0.2',
    rejectUnauthorized: false,
  })
  onTestFinished(() => void asking.destroy())
  asking.on('error', () => {})
  const answer = once(asking, 'response')
  asking.end()
  const [response] = (await answer) as [IncomingMessage]
  return response
}

/** The nginx of the example, with ports and a certificate of its own. */
const startNginx = async (gatewayPort: number): Promise<string> => {
  const [port, plainPort, folder] = [await freePort(), await freePort(), newFolder()]
  execFileSync(
    'openssl',
    'req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 1 -subj /CN=blog.example'.split(
      ' ',
    ),
    { cwd: folder, stdio: 'ignore' },
  )
  const site = example('nginx')
    .replace('127.0.0.1:3000', `127.0.0.1:${gatewayPort}`)
    .replace('listen 443', `listen 127.0.0.1:${port}`)
    .replace('listen 80', `listen 127.0.0.1:${plainPort}`)
    .replace(/\/etc\S+fullchain\.pem/, join(folder, 'cert.pem'))
    .replace(/\/etc\S+privkey\.pem/, join(folder, 'key.pem'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const paths = temporary.map((each) => `${each}_temp_path ${folder}/${each};`).join(' ')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${paths} ${site} }`,
  )
  mkdirSync(join(folder, 'logs'))
  run({ command: 'nginx', parameters: ['-p', folder, '-c', 'nginx.conf'], folder })
  return `https://127.0.0.1:${port}`
}

/** The Caddy of the example, without a certificate. */
const startCaddy = async (gatewayPort: number): Promise<string> => {
  const [port, folder] = [await freePort(), newFolder()]
  const site = example('caddyfile')
    .replace('127.0.0.1:3000', `127.0.0.1:${gatewayPort}`)
    .replace(/^blog\.example/, `http://blog.example:${port}`)
  writeFileSync(join(folder, 'Caddyfile'), `{\n\tadmin off\n\tauto_https off\n}\n${site}`)
  run({ command: 'caddy', parameters: ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'], folder })
  return `http://127.0.0.1:${port}`
}

describe.each([
  ['nginx', '-v', startNginx],
  ['caddy', 'version', startCaddy],
] as const)('the example for %s in docs/operating.md', (command, version, start) => {
  const isHere = spawnSync(command, [version]).status === 0

  it.skipIf(!isHere)('passes on names, addresses of readers, and streams as they come', async () => {
    let stream: ServerResponse | undefined
    const { url, of } = await startGateway({
      trustedProxies: ['127.0.0.1'],
      handlers: {
        client: (req, res) => {
          if (req.url !== '/stream') return void res.end('a page')
          stream = res.writeHead(200, { 'Content-Type': 'text/event-stream' })
          stream.write('data: first\n\n')
        },
      },
    })
    const proxy = await start(Number(new URL(url).port))
    await vi.waitFor(async () => {
      const { statusCode } = await ask({ url: proxy, path: '/' })
      expect(statusCode).toBe(200)
    })
    await ask({ url: proxy, path: '/search', headers: { 'X-Forwarded-For': '192.0.2.1' } })
    // What a reader claims counts for nothing: the proxy is at 127.0.0.1, the reader at 127.0.0.2.
    expect(of('client').at(-1)?.req.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.2',
      'x-forwarded-host': 'blog.example',
    })
    const answer = await ask({ url: proxy, path: '/stream' })
    const [first] = await once(answer, 'data')
    expect(String(first)).toContain('data: first')
    stream?.write('data: second\n\n')
    const [second] = await once(answer, 'data')
    expect(String(second)).toContain('data: second')
  })
})

describe('the unit for systemd in docs/operating.md', () => {
  const isHere = spawnSync('systemd-analyze', ['--version']).status === 0

  it.skipIf(!isHere)('is one that systemd takes', () => {
    const folder = newFolder()
    const file = join(folder, 'logbook.service')
    writeFileSync(file, example('ini').replaceAll('/srv/logbook', folder).replace('User=logbook\n', ''))
    const { stdout, stderr, status } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    })
    // Of other units of the machine it may complain too.
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('logbook'))).toEqual([])
    expect(status).toBe(0)
  })
})
