import { roomFor } from '@logbook/chassis/cache-room.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { unreadNotices } from '@logbook/contracts/http/notifications.ts'
import { LRUCache } from 'lru-cache'
import { Pool } from 'undici'

export interface CountsBounds {
  peopleMax: number
  keptMs: number
  askMsMax: number
  heldMsMax: number
  connectionsMax: number
  heldConnectionsMax: number
  restMs: number
}

interface CountsOptions {
  url: string
  serviceToken: string
  bounds: CountsBounds
  nowMs: () => number
}

interface Asking {
  answer: Promise<number | undefined>
  /** False once the inbox has changed meanwhile. */
  isValid: boolean
}

/** Asks notifications for the count of one person. What waits for a position has connections of its own, so that no other question waits behind it. */
const createAsk = ({ url, serviceToken, bounds }: CountsOptions) => {
  const usual = new Pool(url, { connections: bounds.connectionsMax, allowH2: false })
  const held = new Pool(url, { connections: bounds.heldConnectionsMax, allowH2: false })
  const authorization = `Bearer ${serviceToken}`
  return {
    async ask(personId: string, minPosition = 0): Promise<number> {
      const waits = { [names.minPosition]: String(minPosition), prefer: 'wait=1' }
      const { statusCode, body } = await (minPosition === 0 ? usual : held).request({
        method: 'GET',
        path: `/people/${personId}/unread`,
        headers: { authorization, ...(minPosition === 0 ? {} : waits) },
        signal: AbortSignal.timeout(minPosition === 0 ? bounds.askMsMax : bounds.heldMsMax),
      })
      const text = await body.text()
      if (statusCode !== 200) throw new Problem('unavailable', { detail: `It answered ${statusCode}.` })
      return unreadNotices.parse(JSON.parse(text)).unread
    },
    close: () => Promise.all([usual.destroy(), held.destroy()]),
  }
}

/**
 * How many notices people have not read, remembered until their inbox changes. While `isTold` is false that is not told, and nothing
 * is asked or remembered. After a question that failed none is asked for a moment: no page waits long for a count.
 */
export const createCounts = (options: CountsOptions) => {
  const { bounds, nowMs } = options
  const { ask, close } = createAsk(options)
  const known = new LRUCache<string, number>({ ...roomFor(bounds.peopleMax), ttl: bounds.keptMs })
  const asking = new Map<string, Asking>()
  let isTold = false
  let restsUntilMs = Number.NEGATIVE_INFINITY

  const plainly = async (personId: string): Promise<number | undefined> => {
    if (nowMs() < restsUntilMs) return undefined
    try {
      return await ask(personId)
    } catch {
      restsUntilMs = nowMs() + bounds.restMs
      return undefined
    }
  }

  const learn = (personId: string, answer: Promise<number | undefined>): Promise<number | undefined> => {
    const one: Asking = { answer, isValid: true }
    one.answer = answer.then((unread) => {
      if (asking.get(personId) === one) asking.delete(personId)
      if (unread !== undefined && one.isValid && isTold) known.set(personId, unread)
      return unread
    })
    asking.set(personId, one)
    return one.answer
  }

  const forget = (personId: string): void => {
    known.delete(personId)
    const one = asking.get(personId)
    if (one) one.isValid = false
    asking.delete(personId)
  }

  const forgetAll = (): void => {
    known.clear()
    for (const one of asking.values()) one.isValid = false
    asking.clear()
  }

  return {
    /** The count where no question is needed: null where none can be had at the moment, undefined where `of` has to be asked. */
    known(personId: string): number | null | undefined {
      const unread = known.get(personId)
      if (unread !== undefined) return unread
      return isTold && nowMs() >= restsUntilMs ? undefined : null
    },
    /** The count, as of a position of the log at least where notifications comes so far soon; undefined where it can't be had. */
    async of(personId: string, minPosition = 0): Promise<number | undefined> {
      const unread = known.get(personId)
      if (unread !== undefined || !isTold) return unread
      const begun = asking.get(personId)
      if (begun) return begun.answer
      if (minPosition === 0) return learn(personId, plainly(personId))
      return learn(
        personId,
        ask(personId, minPosition).catch(() => plainly(personId)),
      )
    },
    isTold: () => isTold,
    forget,
    /** From now on every change is told, or none is. */
    told(now: boolean): void {
      isTold = now
      restsUntilMs = Number.NEGATIVE_INFINITY
      forgetAll()
    },
    close,
  }
}
export type Counts = ReturnType<typeof createCounts>
