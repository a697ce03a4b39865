import { headers as names } from '@logbook/contracts/http/headers.ts'
import { parseViewState, type Validity, type ViewState } from '@logbook/contracts/http/validity.ts'
import { LRUCache } from 'lru-cache'
import { type AnswerHead, headerOf, lowerCase } from '../forward/answer-headers.ts'
import { limits } from '../limits.ts'
import type { Upstream } from '../routes.ts'

/** An answer that is given again for as long as nothing that it is made of has changed. */
export interface Kept {
  from: Upstream
  etag: string
  /** Names and values in turn. */
  headers: readonly string[]
  body: Buffer
  tags: readonly string[]
  /** The count of changes of query's view that it is from. */
  madeAt: number
}

/** True for an answer to nobody in particular, of which its service says how to tell whether it still holds. */
export const mayBeKept = ({ headers, viewState, cacheTags, contentLength }: AnswerHead): boolean =>
  viewState !== undefined &&
  cacheTags.length > 0 &&
  contentLength !== undefined &&
  contentLength <= limits.sharedBytesMax &&
  headerOf(headers, 'etag')?.startsWith('"') === true &&
  !/no-store|private/.test(headerOf(headers, 'cache-control') ?? '')

/** What is said of the moment when an answer is given, and not of the answer. */
const momentNames: ReadonlySet<string> = new Set(
  ['date', names.position, names.logId, names.logEpoch].map((name) => name.toLowerCase()),
)

const withoutMoment = (headers: readonly string[]): string[] => {
  const lasting: string[] = []
  for (let at = 0; at < headers.length; at += 2)
    if (!momentNames.has(lowerCase(headers[at] ?? ''))) lasting.push(headers[at] ?? '', headers[at + 1] ?? '')
  return lasting
}

const bytesOf = ({ body, headers }: Kept, key: string): number =>
  body.length + key.length + headers.length * 100

/**
 * Answers by key, bounded in bytes, the least used dropped first. `known` is the state of query's view up to which all that is kept
 * holds: what query says has changed since then is dropped by its tags.
 */
export const createStore = () => {
  const keys = new Map<string, Set<string>>()
  const answers = new LRUCache<string, Kept>({
    maxSize: limits.keptBytesMax,
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

  const begin = (state: ViewState): void => {
    answers.clear()
    changedAt.clear()
    known = state
    floor = state.changes
  }

  const isOutdated = (tags: readonly string[], changes: number): boolean =>
    changes < floor || tags.some((tag) => (changedAt.get(tag) ?? 0) > changes)

  return {
    get: (key: string): Kept | undefined => answers.get(key),
    /** Up to which state all that is kept holds, as `View-State` says it; undefined before anything was kept. */
    known: (): ViewState | undefined => known,
    /** Keeps an answer that may be kept, unless it is known to be outdated. */
    set(key: string, { from, head, body }: { from: Upstream; head: AnswerHead; body: Buffer }): void {
      const state = parseViewState(head.viewState)
      if (state === undefined || key.length > limits.keptKeyCharsMax) return
      const isOtherView = known?.process !== state.process
      if (!isOtherView && known && state.generation < known.generation) return
      if (isOtherView || (known && state.generation > known.generation)) begin(state)
      if (isOutdated(head.cacheTags, state.changes)) return
      const etag = headerOf(head.headers, 'etag') ?? ''
      const kept = { from, etag, headers: withoutMoment(head.headers), body, tags: head.cacheTags }
      answers.set(key, { ...kept, madeAt: state.changes })
      if (!answers.has(key)) return
      for (const tag of head.cacheTags) {
        const tagged = keys.get(tag)
        if (tagged) tagged.add(key)
        else keys.set(tag, new Set([key]))
      }
    },
    /** Drops what no longer holds by query's word, which was asked what has changed since `known`. */
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
    clear: (): void => answers.clear(),
    /** Drops all that one service has given. */
    dropFrom(service: Upstream): void {
      for (const [key, { from }] of answers.entries()) if (from === service) answers.delete(key)
    },
    bytes: (): number => answers.calculatedSize,
    count: (): number => answers.size,
  }
}
export type Store = ReturnType<typeof createStore>
