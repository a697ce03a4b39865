import { bounds } from '@logbook/contracts/bounds.ts'
import { useEffect, useState } from 'react'
import { moderates, useViewer } from '../page/viewer.ts'
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
  /** For how many minutes a guest may still do so; undefined for who may as long as they like. */
  minutesLeft: number | undefined
}

/** What whoever reads may do with a comment, as far as a page can tell: comments itself decides. */
export const useRights = (comment: ThreadComment): Rights => {
  const viewer = useViewer()
  const { status, own, mine = false, promoted, createdAt } = comment
  const isThere = status !== 'deleted' && (own === undefined || own.delivery === 'sent')
  const isGuests = mine && viewer === null
  const now = useNow(isGuests && isThere)
  const leftMs = Date.parse(createdAt) + bounds.guestChangesMsMax - now
  const isOwn = isThere && mine && (!isGuests || leftMs > 0)
  const caresFor = isThere && moderates(viewer?.role)
  return {
    edit: isOwn,
    remove: isOwn || caresFor,
    takeDown: caresFor,
    pick: caresFor && status === 'approved' && !promoted,
    minutesLeft: isOwn && isGuests ? Math.ceil(leftMs / minuteMs) : undefined,
  }
}
