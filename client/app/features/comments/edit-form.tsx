import { bounds } from '@logbook/contracts/bounds.ts'
import { useEffect, useRef, useState } from 'react'
import { Form } from 'react-router'
import { useKeptText } from '../page/kept.ts'
import { placeOf } from './place.ts'
import type { ThreadComment } from './thread.ts'

/** A form of this page that a service did not take, without scripts. */
export interface Refused {
  id: string
  text?: string
  /** Of the text that was edited, as its form said. */
  revision?: string
  problem: string
}

interface EditFormProps {
  comment: ThreadComment
  refused: Refused | undefined
  /** Resolves to what went wrong, in words. */
  onSave: (text: string) => Promise<string | undefined>
  onClose: () => void
}

/** One's own comment where it stands, as it was written. */
export const EditForm = ({ comment, refused, onSave, onClose }: EditFormProps) => {
  const { id, revision, source = '' } = comment
  const [text, setText] = useKeptText({
    where: 'sessionStorage',
    key: `logbook:edit:${id}`,
    initial: refused?.text ?? source,
  })
  const [problem, setProblem] = useState(refused?.problem)
  const [isSaving, setSaving] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => box.current?.focus(), [])

  const end = () => {
    setText('')
    onClose()
  }
  const submit = async (event: React.SyntheticEvent) => {
    event.preventDefault()
    if (isSaving || text.trim() === '' || text.length > bounds.commentCharsMax) return
    if (text === source) return end()
    setSaving(true)
    setProblem(undefined)
    const wrong = await onSave(text)
    setSaving(false)
    if (wrong === undefined) end()
    else setProblem(wrong)
  }
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event)
    if (event.key === 'Escape') end()
  }
  return (
    <Form method="post" className="comment-form" onSubmit={submit}>
      <input type="hidden" name="intent" value="edit" />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="revision" value={revision} />
      {problem ? (
        <p className="state" data-kind="rejected" role="alert">
          <span aria-hidden="true">✕</span> Not saved. {problem}
        </p>
      ) : null}
      <textarea
        dir="auto"
        ref={box}
        name="content"
        rows={4}
        required
        maxLength={bounds.commentCharsMax}
        aria-label="Your comment’s new text"
        aria-describedby={`judged-${id}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="form-row">
        <span className="hint" id={`judged-${id}`}>
          The new text is judged again.
        </span>
        <span className="push" />
        <a
          href={placeOf(id)}
          className="plain"
          onClick={(event) => {
            event.preventDefault()
            end()
          }}
        >
          Cancel
        </a>
        <button type="submit" className="button" title="Ctrl+Enter" aria-disabled={isSaving}>
          {isSaving ? 'Saving …' : 'Save'}
        </button>
      </div>
    </Form>
  )
}
