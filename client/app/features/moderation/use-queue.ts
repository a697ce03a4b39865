import type { GiveVerdict } from '@logbook/contracts/http/moderation.ts'
import { useCallback, useEffect, useState } from 'react'
import { useRevalidator } from 'react-router'
import { sendVerdict } from '../comments/send.ts'
import type { Waiting } from './queue.server.ts'

export interface Decision {
  entry: Waiting
  status: GiveVerdict['status']
}

const lookAgainMs = 20_000

/** New comments come to the end of the queue by themselves: nothing that is being judged moves. */
const useFreshQueue = () => {
  const { revalidate, state } = useRevalidator()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && state === 'idle') void revalidate()
    }, lookAgainMs)
    return () => clearInterval(timer)
  }, [revalidate, state])
  return revalidate
}

/**
 * The queue under a moderator's hands: a decision takes its comment away at once, and brings it back with a word if it
 * could not be kept.
 */
export const useQueue = (loaded: readonly Waiting[]) => {
  const [decided, setDecided] = useState<readonly Decision[]>([])
  const [problems, setProblems] = useState<Record<string, string>>({})
  const [focused, setFocused] = useState<string>()
  const revalidate = useFreshQueue()
  const waiting = loaded.filter(({ id, revision }) =>
    decided.every(({ entry }) => entry.id !== id || entry.revision !== revision),
  )
  const at = Math.max(
    0,
    waiting.findIndex(({ id }) => id === focused),
  )

  const send = useCallback(async ({ entry, status, reason }: Decision & { reason: string }) => {
    const { id, revision } = entry
    const sent = await sendVerdict({ id, verdict: { status, reason, revision } })
    setProblems(({ [id]: _, ...others }) => (sent.ok ? others : { ...others, [id]: sent.problem }))
    return sent.ok
  }, [])

  const decide = async ({ entry, status, reason = '' }: Decision & { reason?: string }) => {
    const next = waiting[at + 1] ?? waiting[at - 1]
    setFocused(next?.id)
    setDecided((before) => [...before, { entry, status }])
    const kept = await send({ entry, status, reason })
    if (!kept) setDecided((before) => before.filter((each) => each.entry !== entry))
    else if (next === undefined) void revalidate()
  }

  const undo = async () => {
    const last = decided.at(-1)
    if (last === undefined) return
    const taken = await send({ entry: last.entry, status: 'pending', reason: '' })
    if (!taken) return
    setDecided((before) => before.filter((each) => each !== last))
    setFocused(last.entry.id)
    void revalidate()
  }

  return {
    waiting,
    focused: waiting[at],
    last: decided.at(-1),
    problems,
    decide,
    undo,
    move: (by: 1 | -1) => setFocused(waiting[Math.min(Math.max(at + by, 0), waiting.length - 1)]?.id),
    focus: setFocused,
  }
}
