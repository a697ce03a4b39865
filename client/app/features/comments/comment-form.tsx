import { bounds } from '@logbook/contracts/bounds.ts'
import { Honeypot } from '../page/honeypot.tsx'
import { Failed } from '../page/state.tsx'
import { CommentsClosed, useMayComment, WrittenBy } from './written-by.tsx'

interface Typed {
  text: string
  name: string
  email: string
  problem: string
}

interface CommentFormProps {
  postId: string
  /** The comment that this answers. */
  parent: { id: string; name: string } | undefined
  /** What was typed before a service failed. */
  typed: Typed | undefined
}

const NotSent = ({ problem }: Pick<Typed, 'problem'>) => <Failed>Not sent. {problem}</Failed>

const OpenForm = ({ postId, parent, typed }: CommentFormProps) => (
  <form method="post" className="comment-form" id={parent ? `reply-${parent.id}` : 'comment-form'}>
    <input type="hidden" name="intent" value="comment" />
    <input type="hidden" name="postId" value={postId} />
    {parent ? <input type="hidden" name="parentId" value={parent.id} /> : null}
    <Honeypot />
    {typed ? <NotSent problem={typed.problem} /> : null}
    <textarea
      dir="auto"
      name="content"
      rows={parent ? 3 : 4}
      required
      maxLength={bounds.commentCharsMax}
      aria-label={parent ? `Your reply to ${parent.name}` : 'Your comment'}
      placeholder={parent ? `Reply to ${parent.name} …` : 'Write a comment …'}
      defaultValue={typed?.text}
      data-keep={`logbook:comment:${parent?.id ?? postId}`}
    />
    <div className="comment-text preview" dir="auto" hidden />
    <div className="form-row">
      <WrittenBy typed={typed} />
      <span className="hint chars-left" role="status" />
      <span className="push" />
      <button type="button" className="plain" data-do="close" hidden>
        Cancel
      </button>
      <button type="button" className="plain scripted" aria-pressed="false" data-do="preview">
        Preview
      </button>
      <button type="submit" className="button" title="Ctrl+Enter">
        {parent ? 'Reply' : 'Comment'}
      </button>
    </div>
  </form>
)

/** What was typed into a form of before the blog stopped taking comments from this reader, to be copied. */
const Unsent = ({ typed: { text, problem } }: { typed: Typed }) => (
  <div className="comment-form">
    <NotSent problem={problem} />
    <textarea dir="auto" rows={4} readOnly aria-label="Your comment, not sent" value={text} />
  </div>
)

/** Where a comment is written: a plain form, which `client/reader` sends without loading the page again. */
export const CommentForm = (props: CommentFormProps) => {
  const { typed } = props
  if (useMayComment()) return <OpenForm {...props} />
  return (
    <>
      {typed ? <Unsent typed={typed} /> : null}
      <CommentsClosed />
    </>
  )
}
