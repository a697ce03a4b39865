import { useCallback, useEffect, useRef, useState } from 'react'
import { newKey } from '../page/key.ts'
import { useViewer } from '../page/viewer.ts'
import type { ThreadEvent } from './live-thread.ts'
import { keepText } from './own-texts.ts'
import { authorOf, sendComment } from './send.ts'
import type { OwnText, ThreadComment } from './thread.ts'
import { forgetUnsent, keepUnsent, onForgottenElsewhere, recallUnsent, type Unsent } from './unsent.ts'
import type { Guest } from './written-by.tsx'

/** A comment as its form holds it. */
export interface Written {
  text: string
  parentId: string | null
  /** As whom it is shown; empty for someone who gave no name. */
  name: string
  /** What a guest said of themselves; null for a person, who needs not say. */
  guest: Guest | null
}

interface Options {
  postId: string
  isPast: boolean
  dispatch: React.Dispatch<ThreadEvent>
}

const nobody: Guest = { name: '', email: '' }
const outcomeUnknown = 'The page was left before the blog answered. Try again: it is never posted twice.'

const asComment = (unsent: Unsent, delivery: Omit<OwnText, 'text'>): ThreadComment => ({
  id: unsent.key,
  parentId: unsent.parentId,
  status: 'pending',
  author: unsent.name.trim() === '' ? null : { name: unsent.name.trim(), url: null },
  html: null,
  reason: null,
  score: 0,
  promoted: false,
  revision: 1,
  createdAt: unsent.writtenAt,
  editedAt: null,
  own: { text: unsent.text, ...delivery },
})

const inFlight = new Map<string, ReturnType<typeof sendComment>>()

/** One request a key at a time, also where the page was left and opened again meanwhile. */
const sendOnce = (comment: Parameters<typeof sendComment>[0]): ReturnType<typeof sendComment> => {
  const { key } = comment
  const running = inFlight.get(key)
  if (running) return running
  const begun = sendComment(comment).finally(() => inFlight.delete(key))
  inFlight.set(key, begun)
  return begun
}

interface KeptOptions extends Options {
  viewerId: string | null
  held: Map<string, Unsent>
  deliver: (unsent: Unsent) => Promise<void>
}

/** Shows the unsent comments that this browser kept. Returns how many more there are of accounts that are not signed in. */
const useKept = ({ postId, isPast, dispatch, viewerId, held, deliver }: KeptOptions): number => {
  const [ofAccounts, setOfAccounts] = useState(0)
  useEffect(() => {
    if (isPast) return
    const kept = recallUnsent(postId)
    const shown = kept.filter(({ writerId, key }) => !held.has(key) && [null, viewerId].includes(writerId))
    for (const unsent of shown) held.set(unsent.key, unsent)
    setOfAccounts(viewerId === null ? kept.filter(({ writerId }) => writerId !== null).length : 0)
    const comments = shown.map((unsent) =>
      asComment(
        unsent,
        inFlight.has(unsent.key)
          ? { delivery: 'sending' }
          : { delivery: 'failed', problem: unsent.problem ?? outcomeUnknown },
      ),
    )
    if (comments.length > 0) dispatch({ kind: 'kept', comments })
    for (const unsent of shown) if (inFlight.has(unsent.key)) void deliver(unsent)
  }, [postId, isPast, dispatch, viewerId, held, deliver])
  return ofAccounts
}

/** Takes away what another tab sent or discarded. */
const useOtherTabs = ({ postId, dispatch, held }: Pick<KeptOptions, 'postId' | 'dispatch' | 'held'>) => {
  useEffect(
    () =>
      onForgottenElsewhere(postId, (key) => {
        if (!inFlight.has(key) && held.delete(key)) dispatch({ kind: 'discarded', key })
      }),
    [postId, dispatch, held],
  )
}

interface DiscardOptions extends Pick<KeptOptions, 'held' | 'dispatch'> {
  hold: (unsent: Unsent) => void
  drop: (key: string) => void
}

/** Discards an unsent comment. `undoDiscard` brings the last one back; undefined where there is none. */
const useDiscard = ({ held, hold, drop, dispatch }: DiscardOptions) => {
  const [discarded, setDiscarded] = useState<Unsent>()
  const discard = useCallback(
    (key: string) => {
      setDiscarded(held.get(key))
      drop(key)
      dispatch({ kind: 'discarded', key })
    },
    [held, drop, dispatch],
  )
  const bringBack = (unsent: Unsent) => {
    setDiscarded(undefined)
    hold(unsent)
    const problem = unsent.problem ?? outcomeUnknown
    dispatch({ kind: 'kept', comments: [asComment(unsent, { delivery: 'failed', problem })] })
  }
  return { discard, undoDiscard: discarded && (() => bringBack(discarded)) }
}

/**
 * Sends comments, and keeps each in this browser from before the first attempt until it was confirmed or discarded. Every
 * attempt has the same idempotency key.
 */
export const useUnsent = ({ postId, isPast, dispatch }: Options) => {
  const viewer = useViewer()
  const viewerId = viewer?.id ?? null
  const held = useRef(new Map<string, Unsent>()).current
  useOtherTabs({ postId, dispatch, held })

  const hold = useCallback(
    (unsent: Unsent) => {
      held.set(unsent.key, unsent)
      keepUnsent(postId, unsent)
    },
    [postId, held],
  )
  const drop = useCallback(
    (key: string) => {
      held.delete(key)
      forgetUnsent(postId, key)
    },
    [postId, held],
  )
  const deliver = useCallback(
    async (unsent: Unsent) => {
      const { key, text, parentId, guest } = unsent
      hold({ ...unsent, problem: null })
      const author = viewerId === null ? authorOf(guest ?? nobody) : null
      const sent = await sendOnce({ postId, key, comment: { content: text, parentId, author } })
      if (!sent.ok) {
        hold({ ...unsent, problem: sent.problem })
        return dispatch({ kind: 'failed', key, problem: sent.problem })
      }
      const { id, status } = sent.state
      keepText(postId, { id, text })
      drop(key)
      dispatch({ kind: 'sent', key, id, status: status === 'deleted' ? 'pending' : status })
    },
    [postId, viewerId, hold, drop, dispatch],
  )
  const ofAccounts = useKept({ postId, isPast, dispatch, viewerId, held, deliver })
  const write = useCallback(
    (written: Written) => {
      const writtenAt = new Date().toISOString()
      const unsent = { ...written, key: newKey(), writerId: viewerId, writtenAt, problem: null }
      dispatch({ kind: 'written', comment: asComment(unsent, { delivery: 'sending' }) })
      void deliver(unsent)
    },
    [viewerId, deliver, dispatch],
  )
  const again = useCallback(
    ({ id: key }: ThreadComment) => {
      const unsent = held.get(key)
      if (unsent === undefined) return
      dispatch({ kind: 'again', key })
      void deliver(unsent)
    },
    [held, deliver, dispatch],
  )
  const discarding = useDiscard({ held, hold, drop, dispatch })
  return { write, again, ...discarding, ofAccounts }
}
