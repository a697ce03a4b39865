import type { Cause } from '@logbook/chassis/command/cause.ts'
import type { Idempotency } from '@logbook/chassis/command/command-handler.ts'
import { ifMatchVersion } from '@logbook/chassis/http/answers.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import type { Request, Response } from 'express'

/** The headers of a command: preconditions, idempotency key and correlation. */
export interface CommandContext extends Cause {
  ifMatch?: number | undefined
  idempotency?: Idempotency | undefined
}

export const commandContextOf = (req: Request, res: Response, body?: unknown): CommandContext => ({
  ifMatch: ifMatchVersion(req),
  idempotency: idempotencyOf(req, res, { service: 'media', body }),
  ...causeOf(res),
})
