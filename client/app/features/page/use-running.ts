import { useEffect } from 'react'

/**
 * Marks the page once it listens: what is around a page comes to run after all that is in it, long after its words are
 * there to be read. From then on a key or a click is the page's own.
 */
export const useRunning = (): void => {
  useEffect(() => {
    document.documentElement.dataset.running = ''
  }, [])
}
