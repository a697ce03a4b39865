import { headers as names } from '@logbook/contracts/http/headers.ts'
import { printViewState, validity } from '@logbook/contracts/http/validity.ts'
import type { Dispatcher } from 'undici'
import { limits } from '../limits.ts'
import type { Store } from './store.ts'

/** The moment at which query confirmed that everything cached now is valid. */
export interface Moment {
  /** Names and values in turn: the position of the log and which one it is. */
  headers: readonly string[]
  position: number
}

/** Called with the moment of the answer; undefined where query did not answer. */
export type OnValidated = (moment: Moment | undefined) => void

const momentNames = [names.position, names.logId, names.logEpoch]

/**
 * Asks query which cached answers are still valid. Readers who arrive during a request share the next one, so that no answer is older
 * than its request.
 */
export const createValidation = ({ query, store }: { query: Dispatcher; store: Store }) => {
  let waiting: OnValidated[] = []
  let isAsking = false

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

  const next = (): void => {
    const asked = waiting
    waiting = []
    isAsking = asked.length > 0
    if (!isAsking) return
    const finish: OnValidated = (moment) => {
      for (const onValidated of asked) onValidated(moment)
      next()
    }
    ask().then(finish, () => finish(undefined))
  }

  return {
    validate(onValidated: OnValidated): void {
      waiting.push(onValidated)
      if (!isAsking) next()
    },
  }
}
export type Validation = ReturnType<typeof createValidation>
