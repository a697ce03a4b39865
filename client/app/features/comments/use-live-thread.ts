import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { Change, ThreadComment as SentComment } from '@logbook/contracts/http/query.ts'
import { useCallback, useEffect, useReducer, useRef } from 'react'
import { followChanges } from './changes.ts'
import { evolveThread, type LoadedThread, liveThreadOf, type ThreadEvent } from './live-thread.ts'
import { loadMore } from './load-more.ts'
import { readReason, sendDeletion, sendEdit, sendPick } from './own-changes.ts'
import { keepText, recallTexts } from './own-texts.ts'
import type { Cut, Sort, ThreadComment } from './thread.ts'
import { useUnsent } from './use-unsent.ts'

const renderText = async (text: string): Promise<string> =>
  (await import('@logbook/markdown/comment.ts')).renderComment(text)

const asThreadComment = async (
  comment: PublicComment & Pick<SentComment, 'viewer'>,
): Promise<ThreadComment> => {
  const { content, postId: _, viewer, ...rest } = comment
  return {
    ...rest,
    html: content === null ? null : await renderText(content),
    ...(content === null ? {} : { source: content }),
    ...(viewer?.own ? { mine: true } : {}),
    ...(viewer?.vote ? { vote: viewer.vote } : {}),
  }
}

interface LiveThreadOptions {
  postId: string
  position: string | null
  loaded: LoadedThread
  sort: Sort
  /** What was does not change: nothing is followed, and nothing of one's own is put in. */
  isPast: boolean
  onPostChange: (change: Exclude<Change, { kind: 'comment' }>) => void
  onGap: () => void
}

interface Recalled {
  postId: string
  isPast: boolean
  dispatch: React.Dispatch<ThreadEvent>
}

const useRecalledTexts = ({ postId, isPast, dispatch }: Recalled) => {
  useEffect(() => {
    const kept = isPast ? [] : recallTexts(postId)
    if (kept.length === 0) return
    let isCurrent = true
    void Promise.all(kept.map(async ({ id, text }) => ({ id, text, html: await renderText(text) }))).then(
      (texts) => {
        if (isCurrent) dispatch({ kind: 'recalled', texts })
      },
    )
    return () => {
      isCurrent = false
    }
  }, [postId, isPast, dispatch])
}

interface Explained {
  comments: readonly ThreadComment[]
  isPast: boolean
  dispatch: React.Dispatch<ThreadEvent>
}

/** News of a verdict goes to every reader and does not say why: that is read where one's own comment was refused. Returns where to note how far news has come. */
const useReasons = ({ comments, isPast, dispatch }: Explained) => {
  const position = useRef<string | null>(null)
  // By what was heard, not by comment: a later verdict has another reason.
  const asked = useRef(new WeakSet<ThreadComment>())
  useEffect(() => {
    if (isPast) return
    for (const comment of comments) {
      const { id, revision, status, reason, own } = comment
      if (status !== 'rejected' || reason !== null || own === undefined || asked.current.has(comment))
        continue
      asked.current.add(comment)
      void readReason(id, position.current).then((said) => {
        if (said !== null) dispatch({ kind: 'explained', id, revision, reason: said })
      })
    }
  }, [comments, isPast, dispatch])
  return position
}

interface More {
  postId: string
  sort: Sort
  /** Where more threads go on. */
  next: string | null
  /** The log position that the page shows; null for the present. */
  asOf: string | null
  dispatch: React.Dispatch<ThreadEvent>
}

/** Where more is to be had: replies to a comment, or more threads. */
type Place = Pick<Cut, 'cursor'> & { parentId: string | null }

/** A thread that is read to its end asks for no more pages than these. */
const pagesMax = 100

/** Brings a further page of threads or replies, or all of them. False where they did not come. */
const useMore = ({ postId, sort, next, asOf, dispatch }: More) => {
  /** The places where the page that came goes on; undefined where none came. */
  const load = useCallback(
    async ({ parentId, cursor }: Place): Promise<Place[] | undefined> => {
      const page = await loadMore({ postId, sort, parentId, cursor, asOf })
      if (page === undefined) return undefined
      const comments = await Promise.all(page.comments.map(asThreadComment))
      dispatch({ kind: 'continued', parentId, comments, next: page.next })
      return placesIn({ comments, parentId, next: page.next })
    },
    [postId, sort, asOf, dispatch],
  )
  const goOn = useCallback(
    async (cut?: Cut): Promise<boolean> => {
      const cursor = cut?.cursor ?? next
      if (cursor === null) return true
      return (await load({ parentId: cut?.parentId ?? null, cursor })) !== undefined
    },
    [next, load],
  )
  const goToEnd = useCallback(
    async (comments: readonly ThreadComment[]): Promise<boolean> => {
      const places = placesIn({ comments, parentId: null, next })
      for (let pages = 0; pages < pagesMax; pages += 1) {
        const place = places.shift()
        if (place === undefined) return true
        const further = await load(place)
        if (further === undefined) return false
        places.push(...further)
      }
      return true
    },
    [next, load],
  )
  return { goOn, goToEnd }
}

const placesIn = ({
  comments,
  parentId,
  next,
}: {
  comments: readonly ThreadComment[]
  parentId: string | null
  next: string | null
}): Place[] => [
  ...comments.flatMap(({ id, more }) => (more ? [{ parentId: id, cursor: more }] : [])),
  ...(next === null ? [] : [{ parentId, cursor: next }]),
]

/** Commands on comments that are there. Each resolves to what went wrong, in words, or to undefined. */
const useOwnChanges = ({ postId, dispatch }: Pick<More, 'postId' | 'dispatch'>) => {
  const edit = useCallback(
    async ({ id, revision }: ThreadComment, text: string): Promise<string | undefined> => {
      const sent = await sendEdit({ id, revision, text })
      if (!sent.ok) return sent.problem
      const { state } = sent
      if (state.status === 'deleted') return undefined
      keepText(postId, { id, text })
      const html = await renderText(text)
      dispatch({ kind: 'edited', id, text, html, revision: state.revision, status: state.status })
      return undefined
    },
    [postId, dispatch],
  )
  const remove = useCallback(
    async ({ id }: ThreadComment): Promise<string | undefined> => {
      const sent = await sendDeletion(id)
      if (!sent.ok) return sent.problem
      dispatch({ kind: 'gone', id })
      return undefined
    },
    [dispatch],
  )
  const pick = useCallback(
    async ({ id }: ThreadComment): Promise<string | undefined> => {
      const sent = await sendPick(id)
      if (!sent.ok) return sent.problem
      dispatch({ kind: 'picked', id })
      return undefined
    },
    [dispatch],
  )
  return { edit, remove, pick }
}

/** A post's thread, kept up to date by the log, with what this browser adds to it. */
export const useLiveThread = (options: LiveThreadOptions) => {
  const { postId, position, loaded, sort, isPast, onPostChange, onGap } = options
  const [thread, dispatch] = useReducer(evolveThread, loaded, liveThreadOf)
  const begun = useRef(loaded)
  useEffect(() => {
    if (begun.current === loaded) return
    begun.current = loaded
    dispatch({ kind: 'loaded', thread: loaded })
  }, [loaded])
  useRecalledTexts({ postId, isPast, dispatch })

  const heardUpTo = useReasons({ comments: thread.comments, isPast, dispatch })
  const heard = useRef({ onPostChange, onGap })
  heard.current = { onPostChange, onGap }
  useEffect(() => {
    if (isPast) return
    // One after the other: rendering is loaded on demand, and a later change must not be overtaken by an earlier one.
    let queue: Promise<void> = Promise.resolve()
    return followChanges({
      postId,
      after: position,
      onGap: () => heard.current.onGap(),
      onChange: (change, at) => {
        heardUpTo.current = at
        if (change.kind !== 'comment') return heard.current.onPostChange(change)
        queue = queue
          .then(async () => dispatch({ kind: 'heard', comment: await asThreadComment(change.comment) }))
          .catch(() => heard.current.onGap())
      },
    })
  }, [postId, position, isPast, heardUpTo])

  const sending = useUnsent({ postId, isPast, dispatch })
  const reading = useMore({ postId, sort, next: thread.next, asOf: isPast ? position : null, dispatch })
  const changes = useOwnChanges({ postId, dispatch })
  return { thread, dispatch, ...sending, ...reading, ...changes }
}
