import { jsonBody } from '@logbook/chassis/http/body.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { claimWork } from '@logbook/contracts/http/media.ts'
import { type Request, type RequestHandler, Router } from 'express'
import type { createClaiming } from '../jobs/claiming.ts'
import type { Work } from '../jobs/work.ts'
import { limits } from '../limits.ts'

const waitSecondsOf = (req: Request): number => {
  const seconds = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/i.exec(req.get('Prefer') ?? '')?.[1]
  return Math.min(Number(seconds ?? 0), limits.claimWaitSecondsMax)
}

interface WorkOptions {
  work: Work
  claiming: Pick<ReturnType<typeof createClaiming>, 'claim'>
}

/** The endpoints of workers. Each answer but that of a claim has the remaining time of the lease. */
export const createWorkHandlers = ({ work, claiming }: WorkOptions) => {
  const ending = new AbortController()
  const leaseOf = (id: string, lease: number) => ({
    body: { id, lease, leaseSeconds: limits.leaseMs / 1_000 },
  })

  // It waits for a job until the worker hangs up.
  const claim: RequestHandler = async (req, res) => {
    const claimant = validate(claimWork, req.body)
    const closed = new AbortController()
    res.once('close', () => closed.abort())
    const signal = AbortSignal.any([closed.signal, ending.signal])
    const job = await claiming.claim(claimant, { waitMs: waitSecondsOf(req) * 1_000, signal })
    res.set('Cache-Control', 'no-store')
    if (job) res.json(job)
    else res.status(204).end()
  }

  return {
    handlers: handlersOf(mediaEndpoints)({
      'POST /work/claim': { raw: Router().use(jsonBody({ bytesMax: limits.claimBytesMax }), claim) },
      async 'POST /work/:id/heartbeat'({ params: { id }, body: { lease } }) {
        await work.heartbeat(id, lease)
        return leaseOf(id, lease)
      },
      async 'POST /work/:id/progress'({ params: { id }, body }) {
        await work.progress(id, body)
        return leaseOf(id, body.lease)
      },
      async 'POST /work/:id/finish'({ params: { id }, body, cause }) {
        await work.finish(id, body, cause)
        return leaseOf(id, body.lease)
      },
      async 'POST /work/:id/fail'({ params: { id }, body: { kind: how, lease, reason }, cause }) {
        await work.fail(id, { how, lease, reason }, cause)
        return leaseOf(id, lease)
      },
    }),
    /** Answers waiting claims with 204. */
    drain: () => ending.abort(),
  }
}
