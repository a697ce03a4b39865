import { useEffect, useRef, useState } from 'react'
import { Form } from 'react-router'
import { moderates, useViewer } from '../page/viewer.ts'
import { nameOf } from './author.tsx'
import type { Refused } from './edit-form.tsx'
import { placeOf } from './place.ts'
import type { ThreadComment } from './thread.ts'

interface RemoveQuestionProps {
  comment: ThreadComment
  refused: Refused | undefined
  /** Resolves to what went wrong, in words. */
  onRemove: () => Promise<string | undefined>
  onClose: () => void
}

/** Asked once, since a comment can't be brought back. */
export const RemoveQuestion = ({ comment, refused, onRemove, onClose }: RemoveQuestionProps) => {
  const { id, mine } = comment
  const viewer = useViewer()
  const [problem, setProblem] = useState(refused?.problem)
  const keep = useRef<HTMLAnchorElement>(null)
  // Whoever presses Enter without reading keeps the comment.
  useEffect(() => keep.current?.focus(), [])
  const name = mine ? 'your comment' : `the comment by ${nameOf(comment)}`
  return (
    <Form
      method="post"
      className="remove-question"
      aria-labelledby={`remove-title-${id}`}
      onSubmit={async (event) => {
        event.preventDefault()
        setProblem(await onRemove())
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <input type="hidden" name="intent" value="delete" />
      <p id={`remove-title-${id}`}>Delete {name}? It can’t be brought back.</p>
      {!mine && moderates(viewer?.role) ? (
        <p className="quiet">
          Its text stays in the past of the blog, which moderators and the owner can read. To take it out of
          there too, take it down.
        </p>
      ) : null}
      {problem ? (
        <p className="state" data-kind="rejected" role="alert">
          <span aria-hidden="true">✕</span> Not deleted. {problem}
        </p>
      ) : null}
      <div className="form-row">
        <a
          ref={keep}
          href={placeOf(id)}
          className="plain"
          onClick={(event) => {
            event.preventDefault()
            onClose()
          }}
        >
          Keep it
        </a>
        <button type="submit" name="id" value={id} className="button">
          Delete {name}
        </button>
      </div>
    </Form>
  )
}
