import { useSyncExternalStore } from 'react'
import { media } from './api.ts'

/** So long can a removal be undone. */
const undoMs = 8_000

interface Waiting {
  timer: ReturnType<typeof setTimeout>
  /** Called once it was removed, or could not be. */
  onEnd: (error?: unknown) => void
}

/** Removals that are not sent yet. They outlive the page that asked for them, and are sent when the browser leaves. */
const waiting = new Map<string, Waiting>()
const listeners = new Set<() => void>()
let ids: ReadonlySet<string> = new Set()

const tell = () => {
  ids = new Set(waiting.keys())
  for (const listener of listeners) listener()
}

const send = async (id: string): Promise<void> => {
  const { timer, onEnd } = waiting.get(id) ?? {}
  clearTimeout(timer)
  try {
    await media.remove(id)
    onEnd?.()
  } catch (error) {
    onEnd?.(error)
  }
  waiting.delete(id)
  tell()
}

const sendAll = () => {
  for (const id of waiting.keys()) void send(id)
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  window.addEventListener('pagehide', sendAll)
  return () => listeners.delete(listener)
}

const none: ReadonlySet<string> = new Set()

/** Removals that can be undone for a few seconds. */
export const useRemovals = () => ({
  /** The ids of media whose removal waits. */
  leaving: useSyncExternalStore(
    subscribe,
    () => ids,
    () => none,
  ),
  remove: (id: string, onEnd: (error?: unknown) => void): void => {
    waiting.set(id, { timer: setTimeout(() => void send(id), undoMs), onEnd })
    tell()
  },
  undo: (id: string): void => {
    clearTimeout(waiting.get(id)?.timer)
    waiting.delete(id)
    tell()
  },
})
