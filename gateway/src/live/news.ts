import type { Change } from '@logbook/contracts/http/query.ts'
import type { News } from './ring.ts'

interface Said {
  postId: string
  position: number
  change: Change
}

const print = (position: number, event: string, data: unknown): string =>
  `id: ${position}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`

export const newsOf = ({ postId, position, change }: Said): News => ({
  postId,
  position,
  isEnd: change.kind === 'post-removed',
  text: print(position, change.kind, change),
})

/** Tells that a post is gone. It is the last that is told of it. */
export const removed = (postId: string): News => ({
  ...newsOf({ postId, position: 0, change: { kind: 'post-removed', id: postId } }),
  // Its position in the log is not known here, so it is news to every watcher that was not told yet.
  position: Number.POSITIVE_INFINITY,
  text: `event: post-removed\ndata: ${JSON.stringify({ kind: 'post-removed', id: postId })}\n\n`,
})

/** Tells that too much has happened to be told one by one: the page is to be loaded again. */
export const reload = (postId: string, position: number): News => ({
  postId,
  position,
  isEnd: false,
  text: print(position, 'reload', {}),
})
