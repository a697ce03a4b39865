import { owners } from '../http/access.ts'
import { type Endpoint, type Endpoints, json } from '../http/endpoint.ts'
import { rebuildStatus, startRebuild } from '../http/rebuild.ts'

const rebuildBytesMax = 1_024

const status = rebuildStatus.meta({ id: 'Rebuild', description: 'How far it has come, and what differs.' })
const rebuild = { access: owners, under: '/api' } as const satisfies Partial<Endpoint>

/** How the view of query is rebuilt, as rows of its endpoints. */
export const rebuildRows = {
  'GET /rebuild': {
    ...rebuild,
    id: 'readRebuild',
    summary: 'How a rebuild of the view is going',
    details: 'With `Accept: text/event-stream`, each change as a `progress` message.',
    answers: { '200': json(status, 'How it stands.') },
    refusals: ['not-acceptable', 'unavailable'],
  },
  'POST /rebuild': {
    ...rebuild,
    id: 'startRebuild',
    summary: 'Rebuild the view from the log, beside the one that serves',
    body: startRebuild,
    // A request without a body starts one that does not swap.
    accepts: startRebuild.prefault({}),
    bodyBytesMax: rebuildBytesMax,
    example: { swap: false },
    answers: { '202': json(status, 'Begun.') },
    refusals: ['conflict', 'unavailable'],
  },
  'DELETE /rebuild': {
    ...rebuild,
    id: 'cancelRebuild',
    summary: 'Give a rebuild up',
    answers: { '200': json(status, 'Given up.') },
    refusals: ['conflict'],
  },
  'POST /rebuild/swap': {
    ...rebuild,
    id: 'swapRebuild',
    summary: 'Serve the new view from now on',
    answers: { '200': json(status, 'Done; the one before is kept.') },
    refusals: ['conflict', 'unavailable'],
  },
  'POST /rebuild/rollback': {
    ...rebuild,
    id: 'rollBackRebuild',
    summary: 'Serve the view from before again',
    answers: { '200': json(status, 'Done.') },
    refusals: ['conflict', 'unavailable'],
  },
} as const satisfies Endpoints
