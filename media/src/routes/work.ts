import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { claimWork, failWork, finishWork, heartbeat, reportProgress } from '@logbook/contracts/http/media.ts'
import { type Request, type Response, Router } from 'express'
import type { createClaiming } from '../jobs/claiming.ts'
import type { Work } from '../jobs/work.ts'
import { limits } from '../limits.ts'

const waitSecondsOf = (req: Request): number => {
  const seconds = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/i.exec(req.get('Prefer') ?? '')?.[1]
  return Math.min(Number(seconds ?? 0), limits.claimWaitSecondsMax)
}

interface WorkRoutesOptions {
  work: Work
  claiming: Pick<ReturnType<typeof createClaiming>, 'claim'>
}

/** The routes of workers. Each answer but that of a claim has the remaining time of the lease. */
export const createWorkRoutes = ({ work, claiming }: WorkRoutesOptions) => {
  const router = Router()
  const body = jsonBody({ bytesMax: limits.workBytesMax })
  const ending = new AbortController()

  const answer = (res: Response, id: string, lease: number): void =>
    void res.json({ id, lease, leaseSeconds: limits.leaseMs / 1_000 })

  router.post('/work/claim', body, async (req: Request, res: Response) => {
    const claimant = validate(claimWork, req.body)
    const gone = new AbortController()
    res.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, ending.signal])
    const found = await claiming.claim(claimant, { waitMs: waitSecondsOf(req) * 1_000, signal })
    res.set('Cache-Control', 'no-store')
    if (found) res.json(found)
    else res.status(204).end()
  })

  router.post('/work/:id/heartbeat', body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const { lease } = validate(heartbeat, req.body)
    await work.heartbeat(id, lease)
    answer(res, id, lease)
  })

  router.post('/work/:id/progress', body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const report = validate(reportProgress, req.body)
    await work.progress(id, report)
    answer(res, id, report.lease)
  })

  router.post('/work/:id/finish', body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const made = validate(finishWork, req.body)
    await work.finish(id, made, causeOf(res))
    answer(res, id, made.lease)
  })

  router.post('/work/:id/fail', body, async (req: Request, res: Response) => {
    const id = uuidParam(req, 'id')
    const { kind: how, lease, reason } = validate(failWork, req.body)
    await work.fail(id, { how, lease, reason }, causeOf(res))
    answer(res, id, lease)
  })

  return {
    router,
    /** Answers waiting claims with 204. */
    drain: () => ending.abort(),
  }
}
