import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import { pageOf } from '@logbook/contracts/http/address.ts'
import { honeypotField } from '@logbook/contracts/http/honeypot.ts'
import type { Upstream } from '../routes.ts'
import type { FilledIn } from './filled-in.ts'

/** True for a form that a person would not have filled in like this. */
export const isTrapped = ({ fields }: Pick<FilledIn, 'fields'>): boolean => {
  const value = fields.get(honeypotField)
  return value !== undefined && value !== null && value !== ''
}

const json = {
  ...securityHeaders,
  'Cache-Control': 'no-store',
  'Content-Type': 'application/json; charset=utf-8',
}

/** Answers as if all were well. Nothing happens. */
export const pretend = (req: IncomingMessage, res: ServerResponse, to: Upstream): void => {
  if (to === 'client')
    return void res
      .writeHead(303, {
        ...securityHeaders,
        Location: pageOf((req.url ?? '/').split('?', 1)[0] ?? '/'),
      })
      .end()
  if (to === 'accounts' || to === 'notifications')
    return void res.writeHead(to === 'accounts' ? 200 : 202, json).end('{"status":"check-your-mail"}')
  res.writeHead(201, json).end(JSON.stringify({ id: randomUUID(), status: 'pending' }))
}
