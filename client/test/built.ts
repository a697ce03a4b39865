import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { buildClient } from '../../infra/run/client-build.ts'
import { createFakeServices } from './fake-services.ts'

const folder = join(import.meta.dirname, '..')
/** A process of the built client, before services at these addresses. */
export const launch = async (urls: Record<string, string>) => {
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
const startWorld = async () => {
  await buildClient({ onBuild: () => {} })
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

const buildMsMax = 90_000

/** The same for the tests of a file: begun before the first, and ended after the last, in order. */
export const worldOfFile = (): (() => World) => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  }, buildMsMax)
  afterAll(async () => {
    expect(await world.close(), 'ends in order when it is asked to').toBe(0)
  })
  return () => world
}
