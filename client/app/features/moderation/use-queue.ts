import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useRevalidator } from 'react-router'
import { type Sent, sendVerdict } from '../comments/send.ts'
import { useTimeZone } from '../page/moment.tsx'
import {
  arrived,
  cleared,
  type Decided,
  focusOf,
  keyOf,
  marked,
  moved,
  openRows,
  type Row,
  type Rows,
  reopened,
} from './rows.ts'
import { nameOf, refusalOf } from './words.ts'

const lookAgainMs = 20_000

/** Polls for new comments while the page is visible. */
const useFreshQueue = (isOn: boolean) => {
  const { revalidate, state } = useRevalidator()
  useEffect(() => {
    if (!isOn) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && state === 'idle') void revalidate()
    }, lookAgainMs)
    return () => clearInterval(timer)
  }, [revalidate, state, isOn])
  return revalidate
}

/**
 * When rows that are done with may go: not while the pointer is over the list, where the rows below would come under it and a second click
 * would judge another person's comment. A finger never leaves a list; there they go with the page.
 */
const useRelease = (clear: () => void) => {
  const isPointedAt = useRef(false)
  const isReleased = useRef(false)
  const release = () => {
    if (isPointedAt.current) return
    isReleased.current = true
    clear()
  }
  const hold = () => {
    isReleased.current = false
  }
  const point = () => {
    isPointedAt.current = true
    hold()
  }
  return {
    release,
    hold,
    /** For a verdict that was kept after the pointer had left. */
    settle: () => {
      if (isReleased.current) clear()
    },
    pointing: {
      onPointerEnter: point,
      onPointerDown: point,
      onPointerLeave: ({ pointerType }: { pointerType: string }) => {
        if (pointerType !== 'mouse') return
        isPointedAt.current = false
        release()
      },
    },
  }
}

interface Loaded {
  rows: readonly Row[]
  show: VerdictStatus
  /** The cursor of what was not loaded; null where that is all. */
  more: string | null
  last: Decided | null
}

/** The rows of the queue: each keeps its place, shows its outcome, and cannot be judged twice by accident. */
export const useQueue = ({ rows: loaded, show, more, last: loadedLast }: Loaded) => {
  const [state, setState] = useState<Rows>({ rows: loaded, marks: {}, focused: undefined })
  const [last, setLast] = useState<Decided | null>(loadedLast)
  const [notice, setNotice] = useState<string>()
  const timeZone = useTimeZone()
  const revalidate = useFreshQueue(show === 'pending')
  const { release, hold, settle, pointing } = useRelease(useCallback(() => setState(cleared), []))
  const isAll = show === 'pending' && more === null
  useEffect(() => setState((before) => arrived(before, { loaded, isAll })), [loaded, isAll])

  const send = ({ id, revision, version }: Row, status: VerdictStatus, reason: string) =>
    sendVerdict({ id, verdict: { status, reason, revision }, version })

  const refuse = (row: Row, sent: Extract<Sent<unknown>, { ok: false }>) => {
    const refusal = sent.details ? refusalOf(sent.details, timeZone) : { problem: sent.problem }
    setState((before) => marked(before, row, { kind: 'refused', ...refusal }))
    if (refusal.isFinal) void revalidate()
  }

  const decide = async ({ row, status, reason }: { row: Row; status: VerdictStatus; reason: string }) => {
    hold()
    setNotice(undefined)
    setState((before) => marked(before, row, { kind: 'sending' }))
    const sent = await send(row, status, reason)
    if (!sent.ok) return refuse(row, sent)
    const before = { status: row.status, reason: row.reason ?? '' }
    const decided: Decided = { row, status, version: sent.state.version, before }
    setLast(decided)
    setState((rows) => marked(rows, row, { kind: 'judged', decided }))
    settle()
    if (openRows(state).length <= 1) void revalidate()
  }

  const undo = async (decided: Decided) => {
    // Gone at once: a second click must not find the verdict before this one in the same place.
    setLast(null)
    const { row, before, version } = decided
    const sent = await send({ ...row, version }, before.status, before.reason)
    if (!sent.ok) {
      setNotice(`Not undone. ${sent.details ? refusalOf(sent.details, timeZone).problem : sent.problem}`)
      return
    }
    setNotice(`Undone: ${nameOf(row)}’s comment is as it was.`)
    const { by: _, time: __, ...rest } = row
    const restored: Row = { ...rest, ...before, version: sent.state.version }
    if (before.status === show) setState((rows) => reopened(rows, restored))
  }

  return {
    ...{ state, last, notice, decide, undo, pointing },
    focused: focusOf(state),
    /** Allows judging a row again that another moderator has judged. */
    decideAgain: (row: Row, version: number) => setState((before) => reopened(before, { ...row, version })),
    move: (by: 1 | -1) => {
      setState((before) => moved(before, by))
      release()
    },
    focus: (row: Row) => {
      if (focusOf(state) === keyOf(row)) return
      setState((before) => ({ ...before, focused: keyOf(row) }))
      release()
    },
  }
}
