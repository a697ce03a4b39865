import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { stubbornThread } from '@logbook/markdown/testing/renderers.ts'
import { createRenderer } from '@logbook/markdown/threads/renderer.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createClient } from '../server/client.ts'
import { readConfig } from '../server/config.ts'
import { launch, type World } from './built.ts'
import { get } from './requests.ts'

/** The built client in this process, with threads that never end with a text that says `spin`. */
const withStubbornThreads = async ({ urls }: World): Promise<string> => {
  const renderer = createRenderer({
    threads: 2,
    keptCharsMax: 1_000_000,
    waitMsMax: 60_000,
    file: stubbornThread,
  })
  const places = Object.entries(urls).map(([name, url]) => [`${name.toUpperCase()}_URL`, url])
  const config = readConfig(Object.fromEntries(places))
  const client = await createClient({ config, dev: false, logger: silentLogger, renderer })
  const { url, close } = await listen(client.app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => close().then(client.close))
  return url
}

/** A query that answers nothing before it is told to. */
const heldQuery = async () => {
  const held = Promise.withResolvers<void>()
  let asked = 0
  const { url } = await serveForTest(async (_req, res) => {
    asked++
    await held.promise
    res.writeHead(503).end()
  })
  return { url, asked: () => asked, release: held.resolve }
}

export const describeSlowPages = (world: () => World) => {
  describe('a comment that takes too long to render', () => {
    it('a comment that renders too slowly is shown as typed, while other readers get their pages', async () => {
      const url = await withStubbornThreads(world())
      world().fake.say(780, 'My *spin* <b>stands</b>')
      const answered: string[] = []
      const asking = async (slug: string) => {
        const { html } = await get(`${url}/posts/${slug}`)
        answered.push(slug)
        return html
      }
      const slow = asking('the-heron-stood-still')
      expect(await asking('bread-again')).toContain('The rest is weather.')
      expect(answered).toEqual(['bread-again'])
      expect(await slow).toContain('My *spin* &lt;b&gt;stands&lt;/b&gt;')
      expect(await slow).toContain('Mine moved <strong>twice</strong>')
    })
  })

  describe('a client that stops', () => {
    it('a client that stops tells callers on kept connections, with the page under way and with the next answer', async () => {
      const query = await heldQuery()
      const { client, clientUrl } = await launch({ ...world().urls, query: query.url })
      const kept = new Agent({ keepAlive: true })
      const get = async (path: string) => {
        const asked = request(clientUrl + path, { agent: kept }).end()
        const [answer] = (await once(asked, 'response')) as [IncomingMessage]
        await text(answer)
        return answer.headers.connection
      }
      expect(await get('/health')).toBe('keep-alive')
      const slow = get('/')
      await vi.waitFor(() => expect(query.asked()).toBeGreaterThan(0))
      const exited = once(client, 'exit')
      client.kill('SIGTERM')
      // Both were kept open: none is cut off before it was told.
      await vi.waitFor(async () => expect(await get('/health')).toBe('close'), { interval: 5 })
      query.release()
      expect(await slow).toBe('close')
      expect(await exited).toEqual([0, null])
    })
  })
}
