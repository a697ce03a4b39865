import type { Request, Response } from 'express'

/**
 * Leads on from an address by an earlier slug or another spelling to the present one: every address that holds a slug answers so. `location` is
 * relative to the address, so that it holds behind any gateway. Not remembered: a post may take an earlier slug back.
 */
export const sendOn = (res: Response, location: string): void => {
  res.set({ Location: location, 'Cache-Control': 'no-cache' }).status(308).end()
}

/** The query of an address as it was asked. */
export const queryOf = (req: Request): URLSearchParams =>
  new URL(req.originalUrl, 'http://logbook').searchParams
