export const searchBoxId = 'q'

const isTypedInto = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** `/` focuses the search box of the page, or else calls `onElsewhere`, except while typing. Returns a function that stops it. */
export const onSearchKey = (onElsewhere: () => void): (() => void) => {
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey, target } = event
    if (key !== '/' || ctrlKey || metaKey || altKey || isTypedInto(target)) return
    event.preventDefault()
    const box = document.getElementById(searchBoxId)
    if (box) box.focus()
    else onElsewhere()
  }
  document.addEventListener('keydown', onKeyDown)
  return () => document.removeEventListener('keydown', onKeyDown)
}
