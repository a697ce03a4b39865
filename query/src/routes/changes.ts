import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { positionText } from '@logbook/contracts/endpoints/changes.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { Request } from 'express'
import type { Changes } from '../changes/changes.ts'
import type { LiveView } from '../rebuild/live-view.ts'

/** Live changes, of one post and of all. */
export const liveChanges = ({ live, changes }: { live: LiveView; changes: Changes }) => {
  /** The post that is watched, and the position after which changes are new to the caller: `Last-Event-ID`, or else `after`. */
  const watched = (req: Request) => {
    const { post: postId, after } = validate(queryEndpoints.rows['GET /changes'].query, req.query)
    if (live.current.projections.posts.byId(postId) === undefined) throw notFound(`post ${postId}`)
    const last = req.get('Last-Event-ID') || after
    return { postId, after: last === undefined ? undefined : Number(validate(positionText, last)) }
  }

  return handlersOf(queryEndpoints)({
    'GET /changes': {
      raw(req, res) {
        const asked = watched(req)
        // The stream of a HEAD request would never end.
        if (req.method === 'HEAD') return void res.type('text/event-stream').end()
        changes.watch({ res, ...asked, position: live.position, log: live.log })
      },
    },
    'GET /changes/missed': {
      raw(req, res) {
        const missed = changes.missed({ ...watched(req), position: live.position })
        res.set('Cache-Control', 'no-store').json(missed)
      },
    },
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
