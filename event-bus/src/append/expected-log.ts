import type { IncomingMessage } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { knownLog } from '../read/queries.ts'

const [idHeader, epochHeader] = [headers.logId.toLowerCase(), headers.logEpoch.toLowerCase()]

/**
 * Compares the log that a request names, if any, with this log. Throws `conflict` where they differ: a decision from another log
 * must not be appended here. Throws `invalid` for a malformed name.
 */
export const assertExpectedLog = (
  { id, epoch }: LogIdentity,
  req: Pick<IncomingMessage, 'headers'>,
): void => {
  // A fast path: nearly all appends name this log.
  if (req.headers[idHeader] === id && req.headers[epochHeader] === String(epoch)) return
  const named = knownLog(req)
  if (named === undefined || (named.epoch === epoch && 'id' in named && named.id === id)) return
  throw new Problem('conflict', {
    detail:
      'This request names another log, or an earlier epoch: the log was restored or replaced. Nothing was recorded.',
    extensions: { log: { id, epoch } },
  })
}
