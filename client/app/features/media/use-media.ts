import { useRef, useState } from 'react'
import { withParagraph } from './markdown.ts'
import { useArrivals } from './use-arrivals.ts'

const hasFiles = ({ dataTransfer }: React.DragEvent): boolean => dataTransfer.types.includes('Files')

interface Text {
  content: string
  change: (content: string) => void
  onCover: (address: string, alt: string) => void
}

/** Pictures and files of a text that is being written: added by paste and drop, inserted at the caret. */
export const useMedia = ({ content, change, onCover }: Text) => {
  const arrivals = useArrivals()
  const area = useRef<HTMLTextAreaElement>(null)
  const [isDropping, setDropping] = useState(false)
  const insert = (markdown: string) => {
    const { selectionStart = content.length, selectionEnd = content.length } = area.current ?? {}
    const { text, caret } = withParagraph(content, markdown, selectionStart, selectionEnd)
    change(text)
    requestAnimationFrame(() => {
      area.current?.focus()
      area.current?.setSelectionRange(caret, caret)
    })
  }
  return {
    arrivals,
    places: { insert, cover: onCover },
    /** Of the field that is written in. */
    area,
    onPaste: (event: React.ClipboardEvent) => {
      // Office programs paste text together with a picture of it: it stays text.
      const { files, types } = event.clipboardData
      if (files.length === 0 || types.includes('text/plain')) return
      event.preventDefault()
      arrivals.addFiles([...files])
    },
    /** Of everything around it. */
    dropping: {
      'data-dropping': isDropping || undefined,
      onDragOver: (event: React.DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setDropping(true)
      },
      onDragLeave: (event: React.DragEvent) => {
        const { relatedTarget, currentTarget } = event
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setDropping(false)
      },
      onDrop: (event: React.DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setDropping(false)
        arrivals.addFiles([...event.dataTransfer.files])
      },
    },
  }
}
