/** Why a wait ended. */
export type Woken = 'wake' | 'timeout' | 'abort'

/** Tells waiting callers that the log has grown, and nothing else: what is new must be read from the log. */
export interface WakeSignal {
  wake(): void
  /** How often it woke so far. */
  readonly wakes: number
  /** Resolves at the next `wake`, or at once if there was one after the first `wakes`; after `timeoutMs`; or when the signal aborts. Never rejects. */
  next(until: { signal: AbortSignal; timeoutMs?: number; wakes?: number }): Promise<Woken>
}

export const createWakeSignal = (): WakeSignal => {
  let sleepers = new Set<(why: Woken) => void>()
  let wakes = 0
  return {
    get wakes() {
      return wakes
    },
    wake() {
      wakes += 1
      const woken = sleepers
      sleepers = new Set()
      for (const rise of woken) rise('wake')
    },
    next: ({ signal, timeoutMs, wakes: known = wakes }) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve('abort')
        if (known !== wakes) return resolve('wake')
        let timer: NodeJS.Timeout | undefined
        const rise = (why: Woken) => {
          sleepers.delete(rise)
          clearTimeout(timer)
          signal.removeEventListener('abort', aborted)
          resolve(why)
        }
        const aborted = () => rise('abort')
        if (timeoutMs !== undefined) timer = setTimeout(rise, timeoutMs, 'timeout')
        signal.addEventListener('abort', aborted)
        sleepers.add(rise)
      }),
  }
}
