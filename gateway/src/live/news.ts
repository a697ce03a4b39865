import type { Change } from '@logbook/contracts/http/query.ts'
import type { News } from './ring.ts'

interface Said {
  postId: string
  position: number
  change: Change
}

interface NewsEvent {
  /** The position in the log; absent where it is not known here. */
  id?: number
  event: string
  data: unknown
}

const eventOf = ({ id, event, data }: NewsEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Both forms of a change; the WebSocket message is made when it is first needed. */
const newsWith = (event: NewsEvent, rest: Pick<News, 'postId' | 'position' | 'isEnd'>): News => {
  let message: string | undefined
  return {
    ...rest,
    text: eventOf(event),
    get message() {
      message ??= JSON.stringify(event)
      return message
    },
  }
}

export const newsOf = ({ postId, position, change }: Said): News =>
  newsWith(
    { id: position, event: change.kind, data: change },
    { postId, position, isEnd: change.kind === 'post-removed' },
  )

/** The last event of a post that is gone. */
export const removed = (postId: string): News =>
  newsWith(
    { event: 'post-removed', data: { kind: 'post-removed', id: postId } },
    // Its position in the log is not known here, so every watcher gets it.
    { postId, position: Number.POSITIVE_INFINITY, isEnd: true },
  )

/** Too much has happened to send single changes: the page must be reloaded. */
export const reload = (postId: string, position: number): News =>
  newsWith({ id: position, event: 'reload', data: {} }, { postId, position, isEnd: false })
