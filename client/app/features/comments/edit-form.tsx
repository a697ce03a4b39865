import { bounds } from '@logbook/contracts/bounds.ts'
import { Failed } from '../page/state.tsx'
import { pageOf, placeOf } from './place.ts'
import type { ThreadComment } from './thread.ts'

/** A form of this page that a service did not take. */
export interface Refused {
  id: string
  command: 'edit' | 'remove' | 'flag' | 'portrait'
  text?: string
  /** Of the text that was edited, as its form said. */
  revision?: string
  problem: string
}

interface EditFormProps {
  comment: ThreadComment
  refused: Refused | undefined
}

/** The reader's own comment in its place, as it was written. */
export const EditForm = ({ comment, refused }: EditFormProps) => {
  const { id, revision, source = '' } = comment
  const place = `comment-${id}`
  return (
    <form
      method="post"
      action={pageOf(id)}
      className="comment-form"
      data-swap={place}
      data-opener={`edit-${id}`}
    >
      <input type="hidden" name="intent" value="edit" />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="revision" value={refused?.revision ?? revision} />
      {refused ? <Failed>Not saved. {refused.problem}</Failed> : null}
      <textarea
        dir="auto"
        name="content"
        rows={4}
        required
        maxLength={bounds.commentCharsMax}
        aria-label="New text of your comment"
        aria-describedby={`judged-${id}`}
        defaultValue={refused?.text ?? source}
        data-keep={`logbook:edit:${id}`}
        data-focus=""
      />
      <div className="form-row">
        <span className="hint" id={`judged-${id}`}>
          The new text is moderated again.
        </span>
        <span className="push" />
        <a href={placeOf(id)} className="plain" data-swap={place} data-opener={`edit-${id}`} data-do="cancel">
          Cancel
        </a>
        <button type="submit" className="button" title="Ctrl+Enter">
          Save
        </button>
      </div>
    </form>
  )
}
