import type { IncomingMessage } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { knownLog } from '../read/queries.ts'

const [idHeader, epochHeader] = [headers.logId.toLowerCase(), headers.logEpoch.toLowerCase()]

/**
 * Compares the log that a request names, if it names one, with the log that is there. Throws `conflict` where they differ: what was
 * decided by another log, or is to be added to what was read of it, is not for this one. Throws `invalid` for what is no name.
 */
export const assertMeant = ({ id, epoch }: LogIdentity, req: Pick<IncomingMessage, 'headers'>): void => {
  // Each append of a service comes by here, and nearly all of them name this log.
  if (req.headers[idHeader] === id && req.headers[epochHeader] === String(epoch)) return
  const named = knownLog(req)
  if (named === undefined || (named.epoch === epoch && 'id' in named && named.id === id)) return
  throw new Problem('conflict', {
    detail:
      'This request names another log, or an epoch that is over: the log was restored, or replaced. Nothing was recorded.',
    extensions: { log: { id, epoch } },
  })
}
