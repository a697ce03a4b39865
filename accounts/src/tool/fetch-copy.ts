import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import type { AccountsLocation } from './data-folder.ts'

/** A time-out that no copy of a realistic size reaches. */
const copyMsMax = 600_000

/** Error codes of a service that does not run: connection refused, or, for a stopped container, an unknown host. */
const notRunning = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

const isNotRunning = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  notRunning.has(String(error.cause.code))

/** Writes a copy of the running accounts to `part`. False where the service does not run. Throws `Refused` where it refuses. */
export const fetchCopy = async (location: AccountsLocation, part: string): Promise<boolean> => {
  const request = () =>
    fetch(`${location.url}/operator/backup`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${location.operatorToken()}` },
      signal: AbortSignal.timeout(copyMsMax),
    })
  const answer = await request().catch((error: unknown) => {
    if (isNotRunning(error)) return undefined
    throw error
  })
  if (answer === undefined) return false
  if (answer.status === 401)
    throw new Refused(
      `The accounts at ${location.url} are not those of ${location.file}: they do not know its token.`,
    )
  if (!answer.ok || answer.body === null)
    throw new Refused(`The accounts at ${location.url} answer ${answer.status}. Try again.`)
  await pipeline(
    Readable.fromWeb(answer.body as ReadableStream<Uint8Array>),
    createWriteStream(part, { mode: 0o600, flush: true }),
  )
  return true
}
