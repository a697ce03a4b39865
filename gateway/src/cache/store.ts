import { headers as names } from '@logbook/contracts/http/headers.ts'
import { parseViewState, type Validity, type ViewState } from '@logbook/contracts/http/validity.ts'
import { LRUCache } from 'lru-cache'
import { type AnswerHead, headerOf, lowerCase } from '../forward/answer-headers.ts'
import { limits } from '../limits.ts'
import type { Upstream } from '../routes.ts'

/** An answer that is valid for as long as nothing that it is made of has changed. */
export interface CacheEntry {
  from: Upstream
  etag: string
  /** Names and values in turn. */
  headers: readonly string[]
  countedView: string | undefined
  body: Buffer
  tags: readonly string[]
  /** The count of changes of query's view at which it was made. */
  madeAt: number
  /** Bytes that are kept beside it for its sake. */
  besideBytes: number
}

/** An answer as it came. `besideBytes`: what is kept beside it for its sake. */
interface Cacheable extends Pick<CacheEntry, 'from' | 'body'> {
  head: AnswerHead
  besideBytes?: number
}

/** True for an answer for all readers whose service says how to tell whether it is still valid. */
export const isCacheable = ({ headers, viewState, cacheTags, contentLength }: AnswerHead): boolean =>
  viewState !== undefined &&
  cacheTags.length > 0 &&
  contentLength !== undefined &&
  contentLength <= limits.sharedBytesMax &&
  headerOf(headers, 'etag')?.startsWith('"') === true &&
  !/no-store|private/.test(headerOf(headers, 'cache-control') ?? '')

/** Headers that describe the moment of an answer and not its content. */
const momentNames: ReadonlySet<string> = new Set(
  ['date', names.position, names.logId, names.logEpoch].map((name) => name.toLowerCase()),
)

const withoutMoment = (headers: readonly string[]): string[] => {
  const lasting: string[] = []
  for (let at = 0; at < headers.length; at += 2)
    if (!momentNames.has(lowerCase(headers[at] ?? ''))) lasting.push(headers[at] ?? '', headers[at + 1] ?? '')
  return lasting
}

const entryOf = ({ from, head, body, besideBytes = 0 }: Cacheable, madeAt: number): CacheEntry => ({
  ...{ from, body, besideBytes, madeAt },
  etag: headerOf(head.headers, 'etag') ?? '',
  headers: withoutMoment(head.headers),
  countedView: head.countedView,
  tags: head.cacheTags,
})

const bytesOf = ({ body, headers, besideBytes }: CacheEntry, key: string): number =>
  body.length + besideBytes + key.length + headers.length * 100

/**
 * Cached answers by key, bounded in bytes, the least recently used evicted first. `known` is the state of query's view at which all
 * entries were valid: tags that changed since then invalidate their entries. `onEmptied` is called when everything was dropped at once.
 */
export const createStore = (onEmptied: () => void = () => {}) => {
  const keys = new Map<string, Set<string>>()
  const answers = new LRUCache<string, CacheEntry>({
    maxSize: limits.cacheBytesMax,
    maxEntrySize: limits.sharedBytesMax * 2,
    sizeCalculation: bytesOf,
    dispose({ tags }, key) {
      for (const tag of tags) {
        const tagged = keys.get(tag)
        tagged?.delete(key)
        if (tagged?.size === 0) keys.delete(tag)
      }
    },
  })
  let known: ViewState | undefined
  /** At which count of changes each tag last changed; nothing is known of what is older than `floor`. */
  const changedAt = new Map<string, number>()
  let floor = 0

  const empty = (): void => {
    const held = answers.size > 0
    answers.clear()
    if (held) onEmptied()
  }

  const begin = (state: ViewState): void => {
    empty()
    changedAt.clear()
    known = state
    floor = state.changes
  }

  const isOutdated = (tags: readonly string[], changes: number): boolean =>
    changes < floor || tags.some((tag) => (changedAt.get(tag) ?? 0) > changes)

  return {
    get: (key: string): CacheEntry | undefined => answers.get(key),
    /** The state of query's view at which all entries were valid; undefined before anything was cached. */
    known: (): ViewState | undefined => known,
    /** Caches a cacheable answer, unless it is known to be outdated. */
    set(key: string, { from, head, body, besideBytes = 0 }: Cacheable): void {
      const state = parseViewState(head.viewState)
      if (state === undefined || key.length > limits.cacheKeyCharsMax) return
      const isOtherView = known?.process !== state.process
      if (!isOtherView && known && state.generation < known.generation) return
      if (isOtherView || (known && state.generation > known.generation)) begin(state)
      if (isOutdated(head.cacheTags, state.changes)) return
      answers.set(key, entryOf({ from, head, body, besideBytes }, state.changes))
      if (!answers.has(key)) return
      for (const tag of head.cacheTags) {
        const tagged = keys.get(tag)
        if (tagged) tagged.add(key)
        else keys.set(tag, new Set([key]))
      }
    },
    /** Invalidates entries by query's answer to the question what has changed since `known`. */
    apply({ state: text, changed }: Validity): void {
      const state = parseViewState(text)
      if (state === undefined) return
      const isSame = known?.process === state.process && known.generation === state.generation
      if (changed === null || !isSame) {
        begin(state)
        return
      }
      for (const [tag, at] of changed) {
        changedAt.set(tag, at)
        for (const key of keys.get(tag) ?? []) if ((answers.peek(key)?.madeAt ?? 0) < at) answers.delete(key)
      }
      known = state
      if (changedAt.size <= limits.changedTagsMax) return
      changedAt.clear()
      floor = state.changes
    },
    clear: empty,
    /** Drops all answers of one service. */
    dropFrom(service: Upstream): void {
      for (const [key, { from }] of answers.entries()) if (from === service) answers.delete(key)
    },
    bytes: (): number => answers.calculatedSize,
    count: (): number => answers.size,
  }
}
export type Store = ReturnType<typeof createStore>
