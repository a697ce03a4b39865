import { bounds } from '@logbook/contracts/bounds.ts'
import { useEffect, useRef, useState } from 'react'
import { Form } from 'react-router'
import { Honeypot } from '../page/honeypot.tsx'
import { useKeptText } from '../page/kept.ts'
import { useViewer } from '../page/viewer.ts'
import type { Written } from './use-unsent.ts'
import { CommentsClosed, useGuest, useMayComment, WrittenBy } from './written-by.tsx'

interface CommentFormProps {
  postId: string
  /** The comment that this answers. */
  parent?: { id: string; name: string } | undefined
  /** What was typed before a service failed. */
  typed?: { text: string; name: string; email: string; problem: string } | undefined
  autoFocus?: boolean
  onWrite: (written: Written) => void
  onClose?: (() => void) | undefined
}

const charsLeftShown = 500

const CharsLeft = ({ text }: { text: string }) => {
  const left = bounds.commentCharsMax - text.length
  return left > charsLeftShown ? null : (
    <span className="hint" data-kind={left < 0 ? 'rejected' : undefined} role="status">
      {left < 0 ? `${-left} characters too many` : `${left} characters left`}
    </span>
  )
}

const Preview = ({ text }: { text: string }) => {
  const [html, setHtml] = useState<string>()
  useEffect(() => {
    let isCurrent = true
    void import('@logbook/markdown/comment.ts').then(({ renderComment }) => {
      if (isCurrent) setHtml(renderComment(text))
    })
    return () => {
      isCurrent = false
    }
  }, [text])
  return html === undefined ? null : (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: packages/markdown sanitises it
    <div className="comment-text preview" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />
  )
}

const Buttons = ({
  isReply,
  isPreviewed,
  onPreview,
  onClose,
}: {
  isReply: boolean
  isPreviewed: boolean
  onPreview: () => void
  onClose: (() => void) | undefined
}) => (
  <>
    {onClose ? (
      <button type="button" className="plain" onClick={onClose}>
        Cancel
      </button>
    ) : null}
    <button type="button" className="plain scripted" aria-pressed={isPreviewed} onClick={onPreview}>
      Preview
    </button>
    <button type="submit" className="button" title="Ctrl+Enter">
      {isReply ? 'Reply' : 'Comment'}
    </button>
  </>
)

const OpenForm = (props: CommentFormProps) => {
  const { postId, parent, typed, autoFocus = false, onWrite, onClose } = props
  const [text, setText] = useKeptText({
    where: 'sessionStorage',
    key: `logbook:comment:${parent?.id ?? postId}`,
    initial: typed?.text ?? '',
  })
  const guest = useGuest(typed)
  const viewer = useViewer()
  const [isPreviewed, setPreviewed] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (autoFocus) box.current?.focus()
  }, [autoFocus])
  const isSendable = text.trim() !== '' && text.length <= bounds.commentCharsMax

  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    if (!isSendable) return
    onWrite({
      text,
      parentId: parent?.id ?? null,
      guest: viewer ? null : guest,
      name: viewer?.name ?? guest.name,
    })
    setText('')
    setPreviewed(false)
    onClose?.()
  }
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
    if (event.key === 'Escape') onClose?.()
  }
  return (
    <Form
      method="post"
      className="comment-form"
      onSubmit={submit}
      id={parent ? `reply-${parent.id}` : 'comment-form'}
    >
      <input type="hidden" name="intent" value="comment" />
      <input type="hidden" name="postId" value={postId} />
      {parent ? <input type="hidden" name="parentId" value={parent.id} /> : null}
      <Honeypot />
      {typed ? (
        <p className="state" data-kind="rejected" role="alert">
          <span aria-hidden="true">✕</span> Not sent. {typed.problem}
        </p>
      ) : null}
      <textarea
        dir="auto"
        ref={box}
        name="content"
        rows={parent ? 3 : 4}
        required
        maxLength={bounds.commentCharsMax}
        aria-label={parent ? `Your reply to ${parent.name}` : 'Your comment'}
        placeholder={parent ? `Reply to ${parent.name} …` : 'Write a comment …'}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {isPreviewed && text.trim() !== '' ? <Preview text={text} /> : null}
      <div className="form-row">
        <WrittenBy {...guest} />
        <CharsLeft text={text} />
        <span className="push" />
        <Buttons
          isReply={parent !== undefined}
          isPreviewed={isPreviewed}
          onPreview={() => setPreviewed(!isPreviewed)}
          onClose={onClose}
        />
      </div>
    </Form>
  )
}

/** What was typed into a form of before the blog stopped taking comments from this reader, to be copied. */
const Unsent = ({ typed: { text, problem } }: { typed: { text: string; problem: string } }) => (
  <div className="comment-form">
    <p className="state" data-kind="rejected" role="alert">
      <span aria-hidden="true">✕</span> Not sent. {problem}
    </p>
    <textarea dir="auto" rows={4} readOnly aria-label="Your comment, not sent" value={text} />
  </div>
)

/** Where a comment is written. It is a plain form first, and sends without a reload once the page runs. */
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
