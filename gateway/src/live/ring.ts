/** One thing that changed on a post, as a browser is told it. */
export interface News {
  postId: string
  position: number
  /** Of a post that is gone nothing more is told. */
  isEnd: boolean
  /** A server-sent event. */
  text: string
  /** The same as JSON, for a WebSocket: `id`, `event` and `data`. */
  readonly message: string
}

/** The latest changes of all posts, so that who comes back soon is told without asking query. */
export const createRing = ({ entriesMax, charsMax }: { entriesMax: number; charsMax: number }) => {
  let entries: News[] = []
  let chars = 0
  /** Everything after this position is in the ring. */
  let lowest = Number.POSITIVE_INFINITY

  const drop = (): void => {
    // Many at once: to take the first from an array costs as much as to take half.
    const dropped = entries.slice(0, Math.ceil(entries.length / 2))
    entries = entries.slice(dropped.length)
    for (const { position, text } of dropped) {
      lowest = Math.max(lowest, position)
      chars -= text.length
    }
  }

  return {
    /** Forgets all: what comes from now on is after this position. */
    restart(position: number): void {
      entries = []
      chars = 0
      lowest = position
    },
    add(news: News): void {
      entries.push(news)
      chars += news.text.length
      while (entries.length > entriesMax || (chars > charsMax && entries.length > 0)) drop()
    },
    /** What became of a post after a position; undefined where that goes further back than the ring. */
    since({ postId, after }: { postId: string; after: number }): News[] | undefined {
      if (after < lowest) return undefined
      return entries.filter((each) => each.postId === postId && each.position > after)
    },
  }
}
export type Ring = ReturnType<typeof createRing>
