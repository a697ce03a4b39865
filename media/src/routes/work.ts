import { waitSecondsOf } from '@logbook/chassis/http/min-position.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import type { createClaiming } from '../jobs/claiming.ts'
import type { Work } from '../jobs/work.ts'
import { limits } from '../limits.ts'

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

  return {
    handlers: handlersOf(mediaEndpoints)({
      // Waits for a job until the worker disconnects.
      async 'POST /work/claim'({ body, header, left }) {
        const signal = AbortSignal.any([left, ending.signal])
        const waitMs = waitSecondsOf(header('Prefer')) * 1_000
        const job = await claiming.claim(body, { waitMs, signal })
        return { status: job ? 200 : 204, body: job, headers: { 'Cache-Control': 'no-store' } }
      },
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
      async 'POST /work/:id/fail'({ params: { id }, body: { kind: how, lease, reason, fault }, cause }) {
        await work.fail(id, { how, lease, reason, fault }, cause)
        return leaseOf(id, lease)
      },
    }),
    /** Answers waiting claims with 204. */
    drain: () => ending.abort(),
  }
}
