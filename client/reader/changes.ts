import type { Change } from '@logbook/contracts/http/query.ts'
import { followLive } from '../app/features/page/live-stream.ts'

export interface ChangesOptions {
  postId: string
  /** The position of the loaded page: live changes continue after it. */
  after: string | null
  /** `position` is that of the log at which it happened. */
  onChange: (change: Change, position: string | null) => void
  /** Too much happened to send single changes: the page must be reloaded. */
  onGap: () => void
}

/** Follows what happens to a post, while its page is seen, until the function it returns is called. It continues where it broke. */
export const followChanges = ({ postId, after, onChange, onGap }: ChangesOptions): (() => void) => {
  let last = after
  const hear = ({ data, lastEventId }: MessageEvent<string>) => {
    last = lastEventId || last
    const change = JSON.parse(data) as Change
    if (change.kind === 'post-removed') stop()
    onChange(change, last)
  }
  const stop = followLive({
    address: () =>
      `/api/changes?${new URLSearchParams({ post: postId, ...(last === null ? {} : { after: last }) })}`,
    on: { comment: hear, post: hear, 'post-removed': hear, reload: onGap },
  })
  return stop
}
