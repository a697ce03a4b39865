import { useState } from 'react'

const hasFiles = ({ dataTransfer }: React.DragEvent): boolean => dataTransfer.types.includes('Files')

/** What an element needs on which files may be dropped. */
export const useDropping = (onFiles: (files: File[]) => void) => {
  const [isDropping, setDropping] = useState(false)
  return {
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
      onFiles([...event.dataTransfer.files])
    },
  }
}

/** The files that are pasted. Office programs paste text together with a picture of it: it stays text. */
export const pastedFiles = ({ clipboardData }: Pick<ClipboardEvent, 'clipboardData'>): File[] =>
  clipboardData === null || clipboardData.types.includes('text/plain') ? [] : [...clipboardData.files]
