import { z } from 'zod'
import { Problem } from '../problem.ts'
import type { KeySource } from './key-ring.ts'

const answerMsMax = 5_000

const answer = z.object({
  keys: z.array(
    z.discriminatedUnion('state', [
      z.object({ id: z.string(), state: z.literal('live'), key: z.string() }),
      z.object({ id: z.string(), state: z.enum(['erased', 'unknown']), key: z.null() }),
    ]),
  ),
})

interface KeysClientOptions {
  /** Where accounts is, without a slash at the end. */
  url: string
  /** What this service shows to accounts. */
  token?: string | undefined
}

// This text may be passed on to the caller of this service: where accounts is stands in the cause, for the log.
const refused = (why: string, cause?: unknown): Problem =>
  new Problem('unavailable', { detail: `The keys of people can't be had from accounts: ${why}.`, cause })

/** The keys that accounts keeps, over HTTP. */
export const createKeysClient = ({ url, token }: KeysClientOptions): KeySource => ({
  async fetch(ids, { create }) {
    const said = await ask({ url, token, body: JSON.stringify({ ids, create }) })
    const parsed = answer.safeParse(said)
    if (!parsed.success) throw refused('its answer is not its own')
    return parsed.data.keys
  },
})

const ask = async ({ url, token, body }: KeysClientOptions & { body: string }): Promise<unknown> => {
  let response: Response
  try {
    response = await fetch(`${url}/keys`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(answerMsMax),
    })
    if (response.ok) return await response.json()
  } catch (cause) {
    throw refused('they do not answer', cause)
  }
  throw refused(`it answers ${response.status}`)
}
