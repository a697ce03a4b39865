import { useEffect } from 'react'
import { useNavigate } from 'react-router'

export const searchBoxId = 'q'

const isTypedInto = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** `/` leads to the search box, wherever one is, unless something is being typed. */
export const useSearchKey = (): void => {
  const navigate = useNavigate()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, target } = event
      if (key !== '/' || ctrlKey || metaKey || altKey || isTypedInto(target)) return
      event.preventDefault()
      const box = document.getElementById(searchBoxId)
      if (box) box.focus()
      else void navigate('/search')
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [navigate])
}
