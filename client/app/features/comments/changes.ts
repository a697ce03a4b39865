import type { Change } from '@logbook/contracts/http/query.ts'

const retryMsMin = 2_000
const retryMsMax = 60_000
const kinds = ['comment', 'post', 'post-removed'] as const

export interface ChangesOptions {
  postId: string
  /** The position of the page in hand: nothing after it is missed, nothing before it is told again. */
  after: string | null
  /** `position` is that of the log at which it happened. */
  onChange: (change: Change, position: string | null) => void
  /** Too much happened to be told piece by piece: the page has to be read anew. */
  onGap: () => void
}

/**
 * Follows what happens to a post until the function it returns is called. A broken connection is taken up again where it
 * broke: by the browser itself, or here with growing pauses where the browser has given up.
 */
export const followChanges = ({ postId, after, onChange, onGap }: ChangesOptions): (() => void) => {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = after
  let retryMs = retryMsMin
  const open = () => {
    const query = new URLSearchParams({ post: postId, ...(last === null ? {} : { after: last }) })
    const current = new EventSource(`/api/changes?${query}`)
    source = current
    current.onopen = () => {
      retryMs = retryMsMin
    }
    current.onerror = () => {
      if (current.readyState !== EventSource.CLOSED) return
      timer = setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, retryMsMax)
    }
    const hear = ({ data, lastEventId }: MessageEvent<string>) => {
      last = lastEventId || last
      const change = JSON.parse(data) as Change
      if (change.kind === 'post-removed') current.close()
      onChange(change, last)
    }
    for (const kind of kinds) current.addEventListener(kind, hear)
    current.addEventListener('reload', onGap)
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}
