import { headers as names } from '@logbook/contracts/http/headers.ts'
import { printViewState, validity } from '@logbook/contracts/http/validity.ts'
import type { Dispatcher } from 'undici'
import { limits } from '../limits.ts'
import { positionWanted, wantsConfirmation } from './key.ts'
import type { Read } from './read.ts'
import type { Store } from './store.ts'

/** The moment at which query confirmed that everything cached now is valid. */
export interface Moment {
  /** Names and values in turn: the position of the log and which one it is. */
  headers: readonly string[]
  position: number
}

/** Called with the moment of the confirmation; undefined where query did not answer. */
export type OnValidated = (moment: Moment | undefined) => void

const momentNames = [names.position, names.logId, names.logEpoch]

interface ValidationOptions {
  query: Dispatcher
  store: Store
  /** A clock in ms that never goes back. */
  nowMs?: () => number
}

/**
 * Asks query which cached answers are still valid. Readers who arrive during a request share the next one, so that no answer is older
 * than its request; pages may be answered with a confirmation that was requested shortly before.
 */
export const createValidation = ({ query, store, nowMs = () => performance.now() }: ValidationOptions) => {
  let waiting: OnValidated[] = []
  let isAsking = false
  let latest: { moment: Moment; askedAtMs: number } | undefined
  /** Rises with each expiry: a confirmation that was requested before it is not for later readers. */
  let expiries = 0

  const expire = (): void => {
    latest = undefined
    expiries++
  }

  const ask = async (): Promise<Moment | undefined> => {
    const known = store.known()
    if (known === undefined) return undefined
    const { statusCode, headers, body } = await query.request({
      method: 'GET',
      path: `/validity?since=${printViewState(known)}`,
      headersTimeout: limits.validationMsMax,
      bodyTimeout: limits.validationMsMax,
    })
    const text = await body.text()
    if (statusCode !== 200) return undefined
    store.apply(validity.parse(JSON.parse(text)))
    const said = momentNames.flatMap((name) => {
      const value = headers[name.toLowerCase()]
      return typeof value === 'string' ? [name, value] : []
    })
    return { headers: said, position: Number(headers[names.position.toLowerCase()] ?? 0) }
  }

  const begin = (): void => {
    const asked = waiting
    waiting = []
    isAsking = true
    const [askedAtMs, ofExpiry] = [nowMs(), expiries]
    const finish: OnValidated = (moment) => {
      if (moment === undefined) latest = undefined
      else if (ofExpiry === expiries) latest = { moment, askedAtMs }
      isAsking = false
      for (const onValidated of asked) onValidated(moment)
      if (waiting.length > 0 && !isAsking) begin()
    }
    ask().then(finish, () => finish(undefined))
  }

  const validate = (onValidated: OnValidated): void => {
    waiting.push(onValidated)
    if (!isAsking) begin()
  }

  return {
    /** Calls back with a confirmation that is requested from now on. */
    validate,
    /**
     * Calls back for a read: at once for a page where the latest confirmation reaches the position that its browser wrote, was requested at
     * most `confirmedMsMax` ago, and has not expired since; otherwise as `validate`. The next confirmation is requested ahead, so that busy
     * readers need not wait for it.
     */
    validateFor({ req, destination }: Pick<Read, 'req' | 'destination'>, onValidated: OnValidated): void {
      const ageMs = nowMs() - (latest?.askedAtMs ?? -Infinity)
      const recent = ageMs <= limits.confirmedMsMax ? latest?.moment : undefined
      const isRecent = recent !== undefined && recent.position >= positionWanted(req, destination)
      if (!isRecent || wantsConfirmation(req, destination)) {
        validate(onValidated)
        return
      }
      if (ageMs > limits.confirmedMsMax / 2 && !isAsking) begin()
      onValidated(recent)
    },
    /** Lets every later reader wait for a confirmation that is requested from now on: something was changed through this gateway. */
    expire,
    /** The same, where someone was told of a position of the log that the latest confirmation does not reach. */
    sawPosition(position: number): void {
      if (latest === undefined || position > latest.moment.position) expire()
    },
  }
}
export type Validation = ReturnType<typeof createValidation>
