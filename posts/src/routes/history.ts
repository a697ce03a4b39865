import { handlersOf } from '@logbook/chassis/http/serve.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { invalid } from '@logbook/chassis/problem.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { diffOf, historyOf, versionOf } from '../history/history.ts'

const headers = { 'Cache-Control': 'no-cache' }

const versionIn = (text: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw invalid('version', 'must be a version of this post')
  return Number(text)
}

export const history = (bus: Bus) =>
  handlersOf(postEndpoints)({
    async 'GET /posts/:id/history'({ params: { id }, query: { limit, cursor: before } }, caller) {
      const { entries, more } = await historyOf(bus, { id, caller, limit, before })
      const last = entries.at(-1)
      const next = more && last ? { cursor: String(last.version) } : undefined
      return { body: entries, next, headers }
    },
    async 'GET /posts/:id/history/:version'({ params: { id, version } }, caller) {
      return { body: await versionOf(bus, { id, caller, version: versionIn(version) }), headers }
    },
    async 'GET /posts/:id/diff'({ params: { id }, query }, caller) {
      return { body: await diffOf(bus, { id, caller, ...query }), headers }
    },
  })
