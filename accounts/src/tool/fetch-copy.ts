import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import type { Place } from './data-folder.ts'

/** A copy of this size has come by then on any machine that accounts would be kept on. */
const copyMsMax = 600_000

/** Nobody listens there; or there is nobody of that name, as of a container that is stopped. */
const absent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

const isNobodyThere = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  absent.has(String(error.cause.code))

/** Has the accounts that run write a copy of themselves into `part`. False where none run. Throws `Refused` where they give none. */
export const fetchCopy = async (place: Place, part: string): Promise<boolean> => {
  const ask = () =>
    fetch(`${place.url}/operator/backup`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${place.operatorToken()}` },
      signal: AbortSignal.timeout(copyMsMax),
    })
  const answer = await ask().catch((error: unknown) => {
    if (isNobodyThere(error)) return undefined
    throw error
  })
  if (answer === undefined) return false
  if (answer.status === 401)
    throw new Refused(
      `The accounts at ${place.url} are not those of ${place.file}: they do not know its token.`,
    )
  if (!answer.ok || answer.body === null)
    throw new Refused(`The accounts at ${place.url} answer ${answer.status}. Try again.`)
  await pipeline(
    Readable.fromWeb(answer.body as ReadableStream<Uint8Array>),
    createWriteStream(part, { mode: 0o600, flush: true }),
  )
  return true
}
