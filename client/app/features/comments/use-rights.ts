import { useEffect, useState } from 'react'
import { moderates, useEditMinutes, useViewer } from '../page/viewer.ts'
import type { ThreadComment } from './thread.ts'

const minuteMs = 60_000
const tickMs = 15_000

/** Now, in ms since 1970, and again every quarter of a minute while `isRunning`. */
const useNow = (isRunning: boolean): number => {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setNow(Date.now()), tickMs)
    return () => clearInterval(timer)
  }, [isRunning])
  return now
}

export interface Rights {
  edit: boolean
  remove: boolean
  pick: boolean
  takeDown: boolean
  /** For how many minutes more it may be edited; undefined where it may not. */
  minutesLeft: number | undefined
}

interface Circumstances {
  viewer: ReturnType<typeof useViewer>
  /** For how long a comment may be changed. */
  editMinutes: number
  /** In ms since 1970. */
  now: number
}

/** What the reader may do with a comment, as far as a page can tell: comments itself decides. */
export const rightsOf = (
  { status, own, mine = false, promoted, createdAt }: ThreadComment,
  { viewer, editMinutes, now }: Circumstances,
): Rights => {
  const isThere = status !== 'deleted' && (own === undefined || own.delivery === 'sent')
  const leftMs = editMinutes === 0 ? 0 : Date.parse(createdAt) + editMinutes * minuteMs - now
  const edit = isThere && mine && leftMs > 0
  const caresFor = isThere && moderates(viewer?.role)
  return {
    edit,
    // People delete their own at any time.
    remove: edit || (isThere && mine && viewer !== null) || caresFor,
    takeDown: caresFor,
    pick: caresFor && status === 'approved' && !promoted,
    minutesLeft: edit ? Math.ceil(leftMs / minuteMs) : undefined,
  }
}

/** The same on a page that stays open: what ends with time ends there. */
export const useRights = (comment: ThreadComment): Rights => {
  const { mine = false, status } = comment
  const circumstances = { viewer: useViewer(), editMinutes: useEditMinutes() }
  const now = useNow(mine && status !== 'deleted')
  return rightsOf(comment, { ...circumstances, now })
}
