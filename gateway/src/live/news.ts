import type { Change } from '@logbook/contracts/http/query.ts'
import type { News } from './ring.ts'

interface Said {
  postId: string
  position: number
  change: Change
}

interface Told {
  /** The position in the log; absent where it is not known here. */
  id?: number
  event: string
  data: unknown
}

const eventOf = ({ id, event, data }: Told): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** The same in both of its forms; the message is made for the first WebSocket that is told. */
const newsWith = (told: Told, rest: Pick<News, 'postId' | 'position' | 'isEnd'>): News => {
  let message: string | undefined
  return {
    ...rest,
    text: eventOf(told),
    get message() {
      message ??= JSON.stringify(told)
      return message
    },
  }
}

export const newsOf = ({ postId, position, change }: Said): News =>
  newsWith(
    { id: position, event: change.kind, data: change },
    { postId, position, isEnd: change.kind === 'post-removed' },
  )

/** Tells that a post is gone. It is the last that is told of it. */
export const removed = (postId: string): News =>
  newsWith(
    { event: 'post-removed', data: { kind: 'post-removed', id: postId } },
    // Its position in the log is not known here, so it is news to every watcher that was not told yet.
    { postId, position: Number.POSITIVE_INFINITY, isEnd: true },
  )

/** Tells that too much has happened to be told one by one: the page is to be loaded again. */
export const reload = (postId: string, position: number): News =>
  newsWith({ id: position, event: 'reload', data: {} }, { postId, position, isEnd: false })
