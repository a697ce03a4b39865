import { LRUCache } from 'lru-cache'
import { repeat } from '../async/repeat.ts'
import { retryTransient } from '../async/retry.ts'
import { roomFor } from '../cache-room.ts'
import { Problem } from '../problem.ts'
import { type PersonKey, personKeyOf } from './box.ts'

/** `unknown`: there never was a key, or it is lost; `erased`: it was destroyed, and there never will be one again. */
export type KeyAnswer =
  | { id: string; state: 'live'; key: string }
  | { id: string; state: 'erased' | 'unknown'; key: null }

/** Where keys come from: accounts, over HTTP or by itself. `key` is 32 bytes in base64. */
export interface KeySource {
  /** Rejects with `unavailable` when it can't say. With `create`, who has no key gets one. */
  fetch(ids: readonly string[], options: { create: boolean }): Promise<readonly KeyAnswer[]>
}

export type HeldKey = PersonKey | 'erased'

const keysMax = 100_000
const idsPerRequestMax = 1_000
const tryMsMax = 3_000
const backoffMs = { initial: 100, max: 5_000 } as const

const chunksOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / idsPerRequestMax) }, (_, index) =>
    ids.slice(index * idsPerRequestMax, (index + 1) * idsPerRequestMax),
  )

/**
 * The keys that a process has at hand, in memory alone. What is missing of a page comes in one request; who asks for the
 * same key meanwhile waits for that one. A key once known is used while its source is away.
 */
export class KeyRing {
  readonly #source: KeySource
  readonly #held = new LRUCache<string, HeldKey>(roomFor(keysMax))
  /** Requests under way, by person: those that make a key where there is none answer both kinds of question. */
  readonly #making = new Map<string, Promise<void>>()
  readonly #asking = new Map<string, Promise<void>>()
  readonly #tryMsMax: number

  constructor(source: KeySource, bounds: { tryMsMax?: number } = {}) {
    this.#source = source
    this.#tryMsMax = bounds.tryMsMax ?? tryMsMax
  }

  /**
   * The keys of these people; people without one are missing from the answer. Throws `unavailable` when some are not at hand and
   * their source does not answer.
   */
  async keysOf(ids: ReadonlySet<string>, { create }: { create: boolean }): Promise<Map<string, HeldKey>> {
    const found = new Map<string, HeldKey>()
    const missing: string[] = []
    for (const id of ids) {
      const held = this.#held.get(id)
      if (held === undefined) missing.push(id)
      else found.set(id, held)
    }
    if (missing.length === 0) return found
    const fetched = await this.#fetchMissing(missing, create)
    for (const [id, held] of fetched) found.set(id, held)
    return found
  }

  /** Has the keys of these people at hand as soon as their source answers. Never throws; gives up at the signal. */
  prefetch(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const fetchAll = async () => {
      await this.keysOf(new Set(ids), { create: false })
      return false
    }
    return repeat(fetchAll, { signal, backoffMs })
  }

  /** This person's key is gone: from here on there is none, whatever a source that lags behind may say. */
  erase(id: string): void {
    this.#held.set(id, 'erased')
  }

  async #fetchMissing(missing: readonly string[], create: boolean): Promise<Map<string, HeldKey>> {
    const underWay = create ? [this.#making] : [this.#making, this.#asking]
    const fresh = missing.filter((id) => underWay.every((requests) => !requests.has(id)))
    const requests = create ? this.#making : this.#asking
    for (const chunk of chunksOf(fresh)) {
      const request = this.#fetch(chunk, create).finally(() => {
        for (const id of chunk) requests.delete(id)
      })
      for (const id of chunk) requests.set(id, request)
    }
    const awaited = missing.flatMap((id) => underWay.flatMap((each) => each.get(id) ?? []))
    await Promise.all(new Set(awaited))
    return new Map(
      missing.flatMap((id) => {
        const held = this.#held.get(id)
        return held === undefined ? [] : [[id, held] as const]
      }),
    )
  }

  async #fetch(ids: readonly string[], create: boolean): Promise<void> {
    const answers = await retryTransient(() => this.#source.fetch(ids, { create }), {
      deadline: performance.now() + this.#tryMsMax,
    })
    for (const answer of answers) {
      if (this.#held.get(answer.id) === 'erased') continue
      if (answer.state === 'erased') this.#held.set(answer.id, 'erased')
      else if (answer.state === 'live') this.#held.set(answer.id, keyFrom(answer.key))
    }
  }
}

const keyFrom = (base64: string): PersonKey => {
  try {
    return personKeyOf(Buffer.from(base64, 'base64'))
  } catch (cause) {
    throw new Problem('unavailable', { detail: 'accounts gave a key that is none.', cause })
  }
}
