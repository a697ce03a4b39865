import { type Header, handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { positionText } from '@logbook/contracts/endpoints/changes.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { Changes } from '../changes/changes.ts'
import type { LiveView } from '../rebuild/live-view.ts'

/** Live changes, of one post and of all. */
export const liveChanges = ({ live, changes }: { live: LiveView; changes: Changes }) => {
  /** The post that is watched, and the position after which changes are new to the caller: `Last-Event-ID`, or else `after`. */
  const watched = ({ post: postId, after }: { post: string; after?: string | undefined }, header: Header) => {
    if (live.current.projections.posts.byId(postId) === undefined) throw notFound(`post ${postId}`)
    const last = header('Last-Event-ID') || after
    return { postId, after: last === undefined ? undefined : Number(validate(positionText, last)) }
  }

  return handlersOf(queryEndpoints)({
    // Streams.
    'GET /changes': {
      raw(req, res) {
        const query = validate(queryEndpoints.rows['GET /changes'].query, req.query)
        const asked = watched(query, (name) => req.get(name))
        // The stream of a HEAD request would never end.
        if (req.method === 'HEAD') return void res.type('text/event-stream').end()
        changes.watch({ res, ...asked, position: live.position, log: live.log })
      },
    },
    'GET /changes/missed': ({ query, header }) => ({
      body: changes.missed({ ...watched(query, header), position: live.position }),
      headers: { 'Cache-Control': 'no-store' },
    }),
    // Streams.
    'GET /changes/feed': {
      raw(req, res) {
        // While the log is read, the changes are old.
        if (!live.current.follower.caughtUp)
          throw new Problem('view-behind', { detail: 'The log is being read.', retryAfter: 1 })
        if (req.method === 'HEAD') return void res.type('text/event-stream').end()
        changes.follow(res, live)
      },
    },
  })
}
