import type { RequestListener } from 'node:http'
import type { RequestHandler } from 'express'

export type UnderWay = ReturnType<typeof createUnderWay>

/** Knows which handlers of requests have not ended. One goes on where its caller has hung up, and may read a file of the service then. */
export const createUnderWay = () => {
  const running = new Set<Promise<unknown>>()
  return {
    tracked:
      (handler: RequestHandler): RequestHandler =>
      (req, res, next) => {
        const ended: unknown = handler(req, res, next)
        if (!(ended instanceof Promise)) return
        running.add(ended)
        const forget = () => void running.delete(ended)
        ended.then(forget, forget)
        // Express answers what it rejects with.
        return ended
      },
    /** Resolves when none is running any more: one may begin the next. */
    async ended(): Promise<void> {
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}

const ofApps = new WeakMap<RequestListener, UnderWay>()

export const rememberUnderWay = (app: RequestListener, underWay: UnderWay): void =>
  void ofApps.set(app, underWay)

/** Resolves when no handler of this application is running any more. */
export const handlersEnded = async (app: RequestListener): Promise<void> => ofApps.get(app)?.ended()
