import { Failed } from '../page/state.tsx'
import { moderates, useViewer } from '../page/viewer.ts'
import type { Refused } from './edit-form.tsx'
import { pageOf, placeOf } from './place.ts'
import { nameOf, type ThreadComment } from './thread.ts'

interface RemoveQuestionProps {
  comment: ThreadComment
  refused: Refused | undefined
}

/** Asked once, since a comment can't be brought back. */
export const RemoveQuestion = ({ comment, refused }: RemoveQuestionProps) => {
  const { id, mine } = comment
  const viewer = useViewer()
  const name = mine ? 'your comment' : `the comment by ${nameOf(comment)}`
  const swap = { 'data-swap': `comment-${id}`, 'data-opener': `remove-${id}` }
  return (
    <form
      method="post"
      action={pageOf(id)}
      className="remove-question"
      aria-labelledby={`remove-title-${id}`}
      {...swap}
      data-done={`${mine ? 'Your comment' : `The comment by ${nameOf(comment)}`} was deleted.`}
    >
      <input type="hidden" name="intent" value="delete" />
      <p id={`remove-title-${id}`}>Delete {name}? This cannot be undone.</p>
      {!mine && moderates(viewer?.role) ? (
        <p className="quiet">
          Moderators and the owner can still read its text in the past of the blog. To remove it there too,
          take it down.
        </p>
      ) : null}
      {refused ? <Failed>Not deleted. {refused.problem}</Failed> : null}
      <div className="form-row">
        {/* Enter without reading keeps the comment. */}
        <a href={placeOf(id)} className="plain" {...swap} data-do="cancel" data-focus="">
          Keep it
        </a>
        <button type="submit" name="id" value={id} className="button">
          Delete {name}
        </button>
      </div>
    </form>
  )
}
