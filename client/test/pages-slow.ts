import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stubbornThread } from '@logbook/markdown/testing/renderers.ts'
import { createRenderer } from '@logbook/markdown/threads/renderer.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createClient } from '../server/client.ts'
import { readConfig } from '../server/config.ts'
import type { World } from './built.ts'
import { get } from './requests.ts'

/** The built client in this process, with threads that never end with a text that says `spin`. */
const withStubbornThreads = async ({ urls }: World): Promise<string> => {
  const server = createServer()
  const renderer = createRenderer({
    threads: 2,
    keptCharsMax: 1_000_000,
    waitMsMax: 60_000,
    file: stubbornThread,
  })
  const places = Object.entries(urls).map(([name, url]) => [`${name.toUpperCase()}_URL`, url])
  const config = readConfig(Object.fromEntries(places))
  const { app, close } = await createClient({ config, dev: false, server, renderer })
  server.on('request', app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const describeSlowPages = (world: () => World) => {
  describe('a comment that takes too long to render', () => {
    it('is shown as typed, while other readers get their pages', async () => {
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
}
