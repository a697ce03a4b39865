import { useCallback, useEffect, useState } from 'react'

type Where = 'localStorage' | 'sessionStorage'

const read = (where: Where, key: string): string | null => {
  try {
    return window[where].getItem(key)
  } catch {
    return null
  }
}

const write = (where: Where, key: string, value: string): void => {
  try {
    if (value === '') window[where].removeItem(key)
    else window[where].setItem(key, value)
  } catch {
    // Storage is full or forbidden: the text is kept only as long as the page.
  }
}

/**
 * A text that survives a reload. It starts as `initial`, on the server too, and becomes the stored text once the page runs.
 * An empty text is forgotten.
 */
export const useKeptText = ({
  where,
  key,
  initial = '',
}: {
  where: Where
  key: string
  initial?: string
}) => {
  const [text, setText] = useState(initial)
  useEffect(() => {
    const kept = read(where, key)
    // What was typed before the page could run is newer than what was kept.
    if (kept !== null) setText((typed) => (typed === initial ? kept : typed))
  }, [where, key, initial])
  const change = useCallback(
    (value: string) => {
      setText(value)
      write(where, key, value)
    },
    [where, key],
  )
  return [text, change] as const
}
