import type { IncomingMessage } from 'node:http'
import { backoff, pause } from '@logbook/chassis/async/pause.ts'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { inWords, Unreachable } from '@logbook/chassis/http/ask-outside.ts'
import { inFigures } from '@logbook/contracts/words.ts'
import { FetchFailed, MediaRefused } from '../types/refused.ts'
import { ask, validatorOf } from './ask.ts'
import { type FetchLimits, limits } from './limits.ts'

/** How a download can be taken up by a later attempt: what proves that the file is the same, and its length where the host said it. */
export interface Begun {
  validator: string
  total: number | null
}

/** The beginning of a file that an earlier attempt has stored. */
export interface Part extends Begun {
  bytes: number
  read(): AsyncIterable<Uint8Array>
}

export interface Fetching {
  allow: AllowedTargets
  maxBytes: number
  signal: AbortSignal
  onProgress: (progress: { bytes: number; total: number | null }) => void
  /** It is taken up there, if the host proves that it is the same file and can begin in its middle; else it comes from its beginning. */
  from?: Part
  /** Called before the first byte of a file that can be taken up later. */
  onBegin?: (begun: Begun) => Promise<void>
  /** In place of `limits`, for tests. */
  bounds?: Partial<FetchLimits>
}

export interface Fetched {
  bytes: number
  /** What the host calls it, which may be a lie. */
  type: string | null
}

type Write = (chunk: Uint8Array) => Promise<void>

/** What was fetched so far of one file. */
interface State {
  bytes: number
  total: number | null
  validator: string | null
  type: string | null
  /** For how long the host was waited for. */
  waitedMs: number
  /** What an earlier attempt has stored and `write` has not had yet. */
  part: Part | undefined
}

const again = [408, 425, 429]

/** The host has another file by now, or can't begin in the middle. */
class CanNotResume extends Error {}

/** Throws for a response without a file: MediaRefused if a retry would not help. */
const checkStatus = (
  host: string,
  { statusCode: status = 0, headers }: IncomingMessage,
  resumes: boolean,
): void => {
  const encoding = headers['content-encoding']
  if (status === (resumes ? 206 : 200)) {
    if (encoding === undefined || encoding === 'identity') return
    throw new MediaRefused(
      `${host} sends the file compressed (${encoding.slice(0, 40)}), which was not requested.`,
    )
  }
  if (resumes && (status === 200 || status === 412 || status === 416))
    throw new CanNotResume(`${host} broke off, and has another file by now or can’t go on in the middle.`)
  if (status >= 500 || again.includes(status)) throw new Error(`${host} answers ${status}.`)
  throw new MediaRefused(`${host} answers with status ${status} instead of a file.`)
}

const contentRange = /^bytes (\d+)-(\d+)\/(\d+|\*)$/

/** The length of the whole file as the host declares it, or null. */
const totalOf = ({ headers }: IncomingMessage, { bytes, total }: State): number | null => {
  if (bytes === 0) return headers['content-length'] === undefined ? null : Number(headers['content-length'])
  const [, start, , whole] = contentRange.exec(headers['content-range'] ?? '') ?? []
  if (Number(start) !== bytes || (total !== null && whole !== '*' && Number(whole) !== total))
    throw new CanNotResume('The other host resumes at another position than requested.')
  return total
}

const checkSize = (bytes: number, maxBytes: number): void => {
  if (bytes > maxBytes) throw new MediaRefused(`The file is larger than ${inFigures(maxBytes)} bytes.`)
}

/** The failure of our own side, which no resuming helps. */
class WriteFailed extends Error {
  constructor(cause: unknown) {
    super('The bytes could not be written.', { cause })
  }
}

/** The next piece of a body, unless it takes too long. The time in which what came is written does not count. */
const nextPiece = async (pieces: AsyncIterator<Buffer>, response: IncomingMessage, idleMs: number) => {
  const late = setTimeout(() => {
    response.destroy(new Error(`The other host sent nothing for ${idleMs / 1_000} seconds.`))
  }, idleMs)
  try {
    return await pieces.next()
  } finally {
    clearTimeout(late)
  }
}

const tooSlow = 'The other host sends too slowly.'

/** Reads a body to its end. */
const readBody = async (
  { url, response }: { url: URL; response: IncomingMessage },
  write: Write,
  state: State,
  fetching: Fetching,
): Promise<void> => {
  const { maxBytes, onProgress } = fetching
  const bounds = { ...limits, ...fetching.bounds }
  const pieces: AsyncIterator<Buffer> = response[Symbol.asyncIterator]()
  let paceStartMs = state.waitedMs
  let paceBytes = 0
  for (;;) {
    const asked = performance.now()
    const next = await nextPiece(pieces, response, bounds.idleMs).catch((error: Error) => {
      throw inWords(error, url.host)
    })
    if (next.done) return
    state.waitedMs += performance.now() - asked
    paceBytes += next.value.length
    if (state.waitedMs - paceStartMs >= bounds.paceMs) {
      if (paceBytes < bounds.bytesPerPaceMin) throw new MediaRefused(tooSlow)
      paceStartMs = state.waitedMs
      paceBytes = 0
    }
    if (state.waitedMs > bounds.wholeMs) throw new MediaRefused(tooSlow)
    checkSize(state.bytes + next.value.length, maxBytes)
    await write(next.value).catch((error: unknown) => {
      throw new WriteFailed(error)
    })
    state.bytes += next.value.length
    onProgress({ bytes: state.bytes, total: state.total })
  }
}

/** Writes what an earlier attempt has stored. */
const writePart = async (write: Write, state: State): Promise<void> => {
  try {
    if (state.part) for await (const piece of state.part.read()) await write(piece)
  } catch (error) {
    throw new WriteFailed(error)
  }
  state.part = undefined
}

const stateFrom = (part: Part | undefined, waitedMs = 0): State => ({
  waitedMs,
  ...{ bytes: part?.bytes ?? 0, total: part?.total ?? null, validator: part?.validator ?? null },
  ...{ type: null, part },
})

/** One connection: from the beginning, or from where the one before broke. */
const fetchOnce = async (address: string, write: Write, state: State, fetching: Fetching): Promise<void> => {
  const { allow, maxBytes, signal } = fetching
  const bounds = { ...limits, ...fetching.bounds }
  const resumes = state.bytes > 0
  const range = resumes ? { Range: `bytes=${state.bytes}-`, 'If-Range': state.validator ?? '' } : {}
  const headers = { 'User-Agent': 'Logbook', Accept: '*/*', 'Accept-Encoding': 'identity', ...range }
  const { url, response } = await ask(address, { allow, headers, signal, bounds })
  // The whole file, from a host that has another one by now or that always sends all.
  if (state.part !== undefined && response.statusCode === 200)
    Object.assign(state, stateFrom(undefined, state.waitedMs))
  const continues = state.bytes > 0
  try {
    checkStatus(url.host, response, continues)
    state.total = totalOf(response, state)
    checkSize(state.total ?? 0, maxBytes)
    if (continues) await writePart(write, state)
    else await begin(response, state, fetching)
    await readBody({ url, response }, write, state, fetching)
  } finally {
    response.destroy()
  }
  if (state.total !== null && state.bytes !== state.total)
    throw new Error(`${url.host} promised ${state.total} bytes and sent ${state.bytes}.`)
}

const begin = async ({ headers }: IncomingMessage, state: State, { onBegin }: Fetching): Promise<void> => {
  const { total } = state
  state.validator = validatorOf(headers)
  state.type = headers['content-type'] ?? null
  if (state.validator !== null) await onBegin?.({ validator: state.validator, total })
}

const outside = (error: unknown): unknown =>
  error instanceof MediaRefused || !(error instanceof Error)
    ? error
    : new FetchFailed(error, error instanceof Unreachable ? error.host : null)

/**
 * Streams what is at an address to `write`, piece by piece, each awaited, so that memory stays flat. Every address on the way is judged by
 * `allow`, also the one that a name leads to when it is connected to. A connection that breaks is taken up where it broke (`Range`), if the
 * host gives proof that it is still the same file. Throws MediaRefused with a sentence where no other attempt would help, what `write`
 * throws, the abort's reason, and FetchFailed for what may pass.
 */
export const fetchTo = async (address: string, write: Write, fetching: Fetching): Promise<Fetched> => {
  const { signal, bounds, from } = fetching
  const { resumesMax, resumeDelay } = { ...limits, ...bounds }
  const state = stateFrom(from)
  for (let resumes = 0; ; resumes++) {
    try {
      if (state.part !== undefined && state.bytes === state.total) await writePart(write, state)
      else await fetchOnce(address, write, state, fetching)
      return { bytes: state.bytes, type: state.type }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof WriteFailed) throw error.cause
      if (error instanceof CanNotResume && state.part !== undefined) {
        Object.assign(state, stateFrom(undefined, state.waitedMs))
        continue
      }
      const isOver = error instanceof MediaRefused || state.validator === null || state.bytes === 0
      if (isOver || resumes === resumesMax) throw outside(error)
      await pause(backoff(resumeDelay, resumes), signal)
    }
  }
}
