import { useEffect, useReducer, useRef } from 'react'
import { newKey } from '../page/key.ts'
import { isUnderWay, type Medium, media, Refusal } from './api.ts'
import { uploadFile } from './upload.ts'

/** A file on its way into the blog. */
export interface Arrival {
  key: string
  name: string
  /** Bytes of an upload; null for one by link. */
  totalBytes: number | null
  sentBytes: number
  /** Known once it was uploaded or asked for. */
  medium: Medium | null
  /** Why it does not go on. */
  problem: string | null
}

type Change = { key: string; to: Partial<Arrival> } | { add: Arrival } | { drop: string }

const changed = (arrivals: readonly Arrival[], change: Change): readonly Arrival[] => {
  if ('add' in change) return [...arrivals, change.add]
  if ('drop' in change) return arrivals.filter(({ key }) => key !== change.drop)
  return arrivals.map((each) => (each.key === change.key ? { ...each, ...change.to } : each))
}

const pollMs = 700

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Looks after a medium until it is finished or failed. One that was just uploaded may not be known yet. */
const follow = async (id: string, signal: AbortSignal, tell: (medium: Medium) => void): Promise<void> => {
  while (!signal.aborted) {
    const medium = await media.one(id, signal).catch((error: unknown) => {
      if (error instanceof Refusal && error.status < 500 && error.status !== 404) throw error
      return undefined
    })
    if (medium) tell(medium)
    if (medium && !isUnderWay(medium)) return
    await wait(pollMs)
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Refusal ? error.message : 'There is no connection. Try again.'

/** Files that are brought to a page: uploaded one after the other, or fetched by link, and looked after until they are ready. */
export const useArrivals = () => {
  const [arrivals, change] = useReducer(changed, [])
  const stops = useRef(new Map<string, AbortController>())
  const queue = useRef(Promise.resolve())
  useEffect(() => {
    const all = stops.current
    return () => {
      for (const stop of all.values()) stop.abort()
    }
  }, [])

  const begin = (arrival: Omit<Arrival, 'key' | 'sentBytes' | 'medium' | 'problem'>) => {
    const key = newKey()
    const stop = new AbortController()
    stops.current.set(key, stop)
    change({ add: { key, sentBytes: 0, medium: null, problem: null, ...arrival } })
    return { key, signal: stop.signal }
  }
  const works = useRef(new Map<string, () => Promise<string>>())
  const run = async (key: string, signal: AbortSignal, work: () => Promise<string>) => {
    works.current.set(key, work)
    try {
      const id = await work()
      await follow(id, signal, (medium) => change({ key, to: { medium } }))
    } catch (error) {
      if (!signal.aborted) change({ key, to: { problem: messageOf(error) } })
    }
  }

  return {
    arrivals,
    addFiles: (files: Iterable<File>) => {
      for (const file of files) {
        const { key, signal } = begin({ name: file.name, totalBytes: file.size })
        const onProgress = (sentBytes: number) => change({ key, to: { sentBytes } })
        void run(key, signal, () => {
          const sent = queue.current.then(() => uploadFile(file, { signal, onProgress }))
          queue.current = sent.then(
            () => undefined,
            () => undefined,
          )
          return sent
        })
      }
    },
    addLink: (url: string) => {
      const { key, signal } = begin({ name: url, totalBytes: null })
      void run(key, signal, async () => {
        const medium = await media.fetchLink(url)
        change({ key, to: { medium, name: medium.name } })
        return medium.id
      })
    },
    /** The job of one that the blog knows, or all of it. */
    retry: ({ key, medium }: Arrival) => {
      const stop = stops.current.get(key)
      const whole = works.current.get(key)
      if (!stop || !whole) return
      change({ key, to: { problem: null, sentBytes: 0 } })
      const again = async (id: string) => {
        change({ key, to: { medium: await media.retry(id) } })
        return id
      }
      void run(key, stop.signal, medium ? () => again(medium.id) : whole)
    },
    /** Takes one off the page. What is still on its way is given up; what is ready stays in the library. */
    drop: ({ key, medium }: Pick<Arrival, 'key' | 'medium'>) => {
      if (medium && isUnderWay(medium)) void media.cancel(medium.id).catch(() => undefined)
      stops.current.get(key)?.abort()
      stops.current.delete(key)
      works.current.delete(key)
      change({ drop: key })
    },
  }
}
