import { systemClock } from '@logbook/chassis/clock.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import { type BlogSettings, initialSettings } from '@logbook/contracts/events/settings.ts'
import { settingsAnswer } from '@logbook/contracts/http/settings.ts'
import { createPosts } from '@logbook/posts/app.ts'
import { migrations } from '@logbook/posts/read-model/tables.ts'
import type { Asked, Reply } from './answering.ts'
import { callerOf, tokenOf } from './fake-accounts.ts'

/** The posts service over a log in memory, which settings alone are asked of. */
const startPosts = async () => {
  const service = createPosts({
    bus: testLog({ now: () => new Date() }).bus,
    db: openDatabase({ file: ':memory:', migrations, durability: 'normal' }),
    ...{ clock: systemClock, ids: systemIds, logger: silentLogger, origins: [] },
    verify: async (authorization) => callerOf(authorization),
    initial: initialSettings({ BLOG_TITLE: 'Logbook of Ada' }),
  })
  const { url, close } = await listen(service.app, { host: '127.0.0.1', port: 0 })
  return { url, close: () => close().then(() => service.close()) }
}

const passedOn = ['authorization', 'content-type', 'if-match', 'idempotency-key'] as const

interface SettingsOptions {
  /** The next position of the fake services' log. */
  move: () => number
  /** The state of the view. */
  state: () => string
  onChange: () => void
}

/** The settings as posts keeps them, and as query would answer them. */
export const createSettings = ({ move, state, onChange }: SettingsOptions) => {
  let posts = startPosts()

  const ask = async ({
    method,
    url,
    headers,
    body,
  }: Pick<Asked, 'method' | 'headers' | 'body'> & { url: string }) => {
    const answer = await fetch((await posts).url + url, {
      method,
      headers: passedOn.flatMap((name) =>
        headers[name] === undefined ? [] : [[name, String(headers[name])]],
      ),
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, etag: answer.headers.get('etag') ?? '', body: await answer.json() }
  }
  const current = () =>
    ask({ method: 'GET', url: '/settings', headers: { authorization: tokenOf('owner') }, body: {} })
  const versionIn = (etag: string): number => Number(etag.replaceAll('"', ''))

  return {
    close: async () => (await posts).close(),
    /** As in a new blog. */
    async forget(): Promise<void> {
      const before = posts
      posts = startPosts()
      await (await before).close()
      onChange()
    },
    /** As another owner would, elsewhere. */
    async change(changes: Partial<BlogSettings>): Promise<void> {
      const { etag, body } = await current()
      const headers = {
        ...{ authorization: tokenOf('owner'), 'content-type': 'application/json' },
        'if-match': etag,
      }
      const { status } = await ask({
        method: 'PUT',
        url: '/settings',
        headers,
        body: { ...body, ...changes },
      })
      if (status !== 200) throw new Error(`the settings were not changed: ${status}`)
      onChange()
    },
    async ofQuery(): Promise<Reply> {
      const { etag, body } = await current()
      const version = versionIn(etag)
      return {
        status: 200,
        headers: { ETag: `"settings-${version}"`, 'View-State': state() },
        body: settingsAnswer.parse({ ...body, version }),
      }
    },
    async ofPosts(asked: Asked): Promise<Reply> {
      const { status, etag, body } = await ask({ ...asked, url: asked.url.pathname + asked.url.search })
      if (asked.method === 'PUT' && status === 200) onChange()
      return { status, headers: { ...(etag && { ETag: etag }), Position: String(move()) }, body }
    },
  }
}
