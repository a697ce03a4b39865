import { handlersOf } from '@logbook/chassis/http/serve.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { cacheTags } from '@logbook/contracts/http/validity.ts'
import { commentHistory } from '../history/comment-history.ts'
import { limits } from '../limits.ts'
import type { PageCache } from '../pages/cache.ts'
import type { LiveView } from '../rebuild/live-view.ts'

/** Answers that are not prepared: for one caller, read from the log, or rare. */
export const reads = ({ bus, live, cache }: { bus: Bus; live: LiveView; cache: PageCache }) =>
  handlersOf(queryEndpoints)({
    async 'GET /comments/:id/history'({ params: { id } }, caller) {
      const entries = await commentHistory(bus, { id, caller })
      if (entries.length === 0) throw notFound('such comment')
      return { body: entries, headers: { Vary: 'Authorization', 'Cache-Control': 'private, no-cache' } }
    },
    'GET /former-addresses'({ query: { path } }) {
      const { posts, formerAddresses } = live.current.projections
      const row = posts.byId(formerAddresses.find(path) ?? '')
      if (row === undefined) throw notFound('post that stood at this address')
      return { body: { id: row.id, slug: row.slug }, headers: { 'Cache-Control': 'no-cache' } }
    },
    'GET /validity'({ query: { since } }) {
      return { body: cache.validity(since), headers: { 'Cache-Control': 'no-store' } }
    },
    'GET /marks'(_input, caller) {
      const personId = caller.kind === 'person' ? caller.id : ''
      const posts = live.current.projections.votes.markedPosts(personId, limits.marksMax + 1)
      return {
        body: { posts: posts.length > limits.marksMax ? null : posts },
        headers: {
          'Cache-Control': 'private, no-cache',
          [headers.viewState]: cache.state(),
          [headers.cacheTag]: cacheTags.ofPerson(personId),
        },
      }
    },
  })
