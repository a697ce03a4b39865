const retryMsMin = 2_000
const retryMsMax = 60_000
const idleWaitMsMax = 3_000

/** Once the page has nothing else to do. Safari has no such callback, and waits a moment. */
const whenIdle = (run: () => void): (() => void) => {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(run, 200)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(run, { timeout: idleWaitMsMax })
  return () => cancelIdleCallback(handle)
}

/** Calls `onShow` where the page is seen, now and each time that it comes into sight, and `onHide` when it leaves it. */
const followSight = ({ onShow, onHide }: { onShow: () => void; onHide: () => void }): (() => void) => {
  const look = () => (document.visibilityState === 'hidden' ? onHide() : onShow())
  document.addEventListener('visibilitychange', look)
  look()
  return () => document.removeEventListener('visibilitychange', look)
}

interface LiveStream {
  /** Asked for again each time that the stream is opened. */
  address: () => string
  /** What to do with each kind of event. */
  on: Readonly<Record<string, (event: MessageEvent<string>) => void>>
}

/**
 * Follows server-sent events while the page is seen, until the function it returns is called. It begins once the page is idle.
 * A broken connection is taken up again: by the browser itself, or here with growing pauses where the browser has given up. So is one that
 * was closed because the page was hidden.
 */
export const followLive = ({ address, on }: LiveStream): (() => void) => {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let retryMs = retryMsMin
  let isOver = false
  const open = () => {
    if (isOver || source !== undefined) return
    const current = new EventSource(address())
    source = current
    current.onopen = () => {
      retryMs = retryMsMin
    }
    current.onerror = () => {
      if (current.readyState !== EventSource.CLOSED || source !== current) return
      source = undefined
      timer = setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, retryMsMax)
    }
    for (const [kind, hear] of Object.entries(on))
      current.addEventListener(kind, (event: MessageEvent<string>) => hear(event))
  }
  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  let stopFollowing: (() => void) | undefined
  const stopWaiting = whenIdle(() => {
    stopFollowing = followSight({ onShow: open, onHide: close })
  })
  return () => {
    isOver = true
    stopWaiting()
    stopFollowing?.()
    close()
  }
}
