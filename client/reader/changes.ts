import type { Change } from '@logbook/contracts/http/query.ts'

const retryMsMin = 2_000
const retryMsMax = 60_000
const idleWaitMsMax = 3_000
const kinds = ['comment', 'post', 'post-removed'] as const

export interface ChangesOptions {
  postId: string
  /** The position of the loaded page: live changes continue after it. */
  after: string | null
  /** `position` is that of the log at which it happened. */
  onChange: (change: Change, position: string | null) => void
  /** Too much happened to send single changes: the page must be reloaded. */
  onGap: () => void
}

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

/**
 * Follows what happens to a post, while its page is seen, until the function it returns is called. It begins once the page is
 * idle. A broken connection is taken up again where it broke: by the browser itself, or here with growing pauses where the
 * browser has given up. So is one that was closed because the page was hidden.
 */
export const followChanges = ({ postId, after, onChange, onGap }: ChangesOptions): (() => void) => {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = after
  let retryMs = retryMsMin
  let isOver = false
  const open = () => {
    if (isOver || source !== undefined) return
    const query = new URLSearchParams({ post: postId, ...(last === null ? {} : { after: last }) })
    const current = new EventSource(`/api/changes?${query}`)
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
    const hear = ({ data, lastEventId }: MessageEvent<string>) => {
      last = lastEventId || last
      const change = JSON.parse(data) as Change
      if (change.kind === 'post-removed') {
        isOver = true
        close()
      }
      onChange(change, last)
    }
    for (const kind of kinds) current.addEventListener(kind, hear)
    current.addEventListener('reload', onGap)
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
    stopWaiting()
    stopFollowing?.()
    close()
  }
}
