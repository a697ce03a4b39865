import { useEffect, useRef } from 'react'
import { useLocation, useNavigate } from 'react-router'

/**
 * Where a comment stands below a post's address, on whatever page of its thread. The id stands before the `#` as well: servers
 * are not told what comes after it.
 */
export const placeOf = (id: string): string => {
  const encoded = encodeURIComponent(id)
  return `?comment=${encoded}#comment-${encoded}`
}

const inHash = /^#comment-([0-9a-f-]{36})$/i

/** What names a page of a thread; the address of a comment takes its place. */
const pageNames = ['comments', 'replies', 'from']

/**
 * Brings the page of the thread that holds the comment which the address names after its `#` alone, and scrolls there once it has
 * come. `shown` is whatever changes with the comments on the page.
 */
export const useSoughtComment = (shown: unknown): void => {
  const { hash, search } = useLocation()
  const navigate = useNavigate()
  const found = useRef<string>(undefined)
  const isAwaited = useRef(false)
  const id = inHash.exec(hash)?.[1]?.toLowerCase()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once more comments are shown, it may be among them
  useEffect(() => {
    if (id === undefined || found.current === id) return
    const row = document.getElementById(`comment-${id}`)
    if (row) {
      found.current = id
      if (isAwaited.current) row.scrollIntoView()
      isAwaited.current = false
      return
    }
    const query = new URLSearchParams(search)
    if (query.get('comment') === id) return
    for (const name of pageNames) query.delete(name)
    query.set('comment', id)
    isAwaited.current = true
    void navigate({ search: `?${query}`, hash }, { replace: true, preventScrollReset: true })
  }, [id, search, navigate, shown])
}
