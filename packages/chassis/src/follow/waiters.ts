interface Waiter {
  target: number
  settle: (reached: boolean) => void
}

const waitingMax = 1_000

/** Requests that wait for a view to reach a position, at most so many. */
export class Waiters {
  readonly #waiting = new Set<Waiter>()

  /** True once `target` is reached, false after `timeoutMs`, at the stop, and at once where too many wait. */
  wait({
    target,
    current,
    timeoutMs,
  }: {
    target: number
    current: number
    timeoutMs: number
  }): Promise<boolean> {
    if (current >= target) return Promise.resolve(true)
    if (timeoutMs <= 0 || this.#waiting.size >= waitingMax) return Promise.resolve(false)
    return new Promise((resolve) => {
      const settle = (reached: boolean) => {
        clearTimeout(timer)
        this.#waiting.delete(waiter)
        resolve(reached)
      }
      const timer = setTimeout(() => settle(false), timeoutMs)
      const waiter = { target, settle }
      this.#waiting.add(waiter)
    })
  }

  advance(position: number): void {
    for (const waiter of this.#waiting) if (position >= waiter.target) waiter.settle(true)
  }

  stop(): void {
    for (const waiter of this.#waiting) waiter.settle(false)
  }
}
