import type { Cause } from '@logbook/chassis/command/cause.ts'
import type { Idempotency } from '@logbook/chassis/command/command-handler.ts'
import { ifMatchVersion } from '@logbook/chassis/http/answers.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import type { Request, Response } from 'express'

/** What comes with a command from HTTP. */
export interface Circumstances extends Cause {
  ifMatch?: number | undefined
  idempotency?: Idempotency | undefined
}

export const circumstancesOf = (req: Request, res: Response, body?: unknown): Circumstances => ({
  ifMatch: ifMatchVersion(req),
  idempotency: idempotencyOf(req, res, { service: 'media', body }),
  ...causeOf(res),
})
