import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** Answers a request, at once or later, and returns the template of its route such as `/posts/:id`; undefined: it leaves it to others. */
export type Prepared = (req: IncomingMessage, res: ServerResponse) => string | undefined

/**
 * Asks `prepared` first, on Node's own request: what Express would do for one costs more than sending what is ready. What
 * throws there is answered by `app`, or hung up on if a part of it is sent.
 */
export const aheadOf =
  (app: RequestListener, prepared: Prepared): RequestListener =>
  (req, res) => {
    try {
      if (prepared(req, res) !== undefined) return
    } catch {
      if (res.headersSent) return void res.destroy()
    }
    app(req, res)
  }
