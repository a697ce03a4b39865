import { useRef } from 'react'
import { asParagraph } from './markdown.ts'
import { useArrivals } from './use-arrivals.ts'
import { pastedFiles, useDropping } from './use-dropping.ts'

interface Text {
  change: (content: string) => void
  onCover: (address: string, alt: string) => void
}

/** Pictures and files of a text that is being written: added by paste and drop, inserted at the caret. */
export const useMedia = ({ change, onCover }: Text) => {
  const arrivals = useArrivals()
  const area = useRef<HTMLTextAreaElement>(null)
  /** As if it were typed, so that the browser can undo it: a text that a script sets is not in its history. */
  const insert = (markdown: string) => {
    const { current } = area
    if (current === null) return
    const { value, selectionStart, selectionEnd } = current
    const { typed, caret } = asParagraph(value, markdown, selectionStart, selectionEnd)
    current.focus()
    if (document.execCommand('insertText', false, typed)) current.setSelectionRange(caret, caret)
    // Out of sight, as on a phone that shows the preview, nothing can be typed.
    else change(value.slice(0, selectionStart) + typed + value.slice(selectionEnd))
  }
  return {
    arrivals,
    places: { insert, cover: onCover },
    /** Of the field that is written in. */
    area,
    onPaste: (event: React.ClipboardEvent) => {
      const files = pastedFiles(event)
      if (files.length === 0) return
      event.preventDefault()
      arrivals.addFiles(files)
    },
    /** Of everything around it. */
    dropping: useDropping(arrivals.addFiles),
  }
}
