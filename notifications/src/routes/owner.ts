import { jsonBody } from '@logbook/chassis/http/body.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import type { Request, Response, Router } from 'express'
import { receiverText } from '../domain/notice.ts'
import { limits } from '../limits.ts'
import type { RoutesOptions } from './routes.ts'

/** What an owner sees of it all. */
export const routeOwner = (router: Router, options: RoutesOptions): void => {
  const { follower, subscribers, outbox, dispatch } = options
  const read = readAtPosition(follower)

  router.get('/subscribers', read, (_req: Request, res: Response) => {
    res.set('Cache-Control', 'no-store').json(subscribers.counts())
  })

  router.get('/outbox', (_req: Request, res: Response) => {
    const parked = outbox
      .parked(limits.pageSizeMax)
      .map(({ key, kind, channel, receiver, at, attempts, code }) => ({
        ...{ key, kind, channel, receiver: receiverText(receiver), at, attempts, code },
      }))
    res.set('Cache-Control', 'no-store').json({ ...dispatch.status(), entries: parked })
  })

  router.post(
    '/outbox/retry',
    jsonBody({ bytesMax: limits.formBytesMax }),
    (_req: Request, res: Response) => {
      res.json({ retried: dispatch.retry() })
    },
  )
}
