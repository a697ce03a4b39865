import './writing.css'
import '../history/history.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import { useEffect, useRef, useState } from 'react'
import { Form, Link } from 'react-router'
import { ArrivalList } from '../media/arrivals.tsx'
import { MediaDesk } from '../media/desk.tsx'
import { useMedia } from '../media/use-media.ts'
import { useTimeZone } from '../page/moment.tsx'
import { NoEnter } from '../page/no-enter.tsx'
import { Failed } from '../page/state.tsx'
import { ClashNotice, clashId, Settled } from './clash.tsx'
import { Details } from './details.tsx'
import type { Draft, Saved } from './draft.ts'
import { Preview } from './preview.tsx'
import { type Intent, type Stored, useDraft } from './use-draft.ts'
import { plannedInWords } from './words.ts'

type Writing = ReturnType<typeof useDraft>

const StatusLine = ({ writing }: { writing: Writing }) => {
  const { outcome, isBusy, isDirty, isRestored, stored, discardRestored } = writing
  const timeZone = useTimeZone()
  const isPlanned = stored.status === 'draft' && Boolean(stored.id && stored.draft.publishAt)
  if (isBusy) return <p className="hint">Saving…</p>
  if (outcome?.kind === 'refused') return <Failed>Not saved. {outcome.problem}</Failed>
  if (outcome?.kind === 'clash')
    return (
      <p className="state" data-kind="rejected">
        <span aria-hidden="true">✕</span> Not saved. <a href={`#${clashId}`}>Choose which text stays</a>
      </p>
    )
  if (isRestored)
    return (
      <p className="hint">
        This text was not saved last time.
        <button type="button" className="plain" onClick={discardRestored}>
          Discard it
        </button>
      </p>
    )
  if (isDirty) return <p className="hint">Not saved yet; kept in this browser.</p>
  if (outcome?.kind === 'saved' && !isPlanned)
    return (
      <p className="state" data-kind="approved">
        <span aria-hidden="true">✓</span> Saved
      </p>
    )
  if (isPlanned)
    return (
      <p className="state" data-kind="approved">
        <span aria-hidden="true">◷</span> To be published on{' '}
        {plannedInWords(stored.draft.publishAt ?? '', timeZone)}
      </p>
    )
  return <p className="hint">{stored.status === 'published' ? 'Published' : stored.id ? 'Draft' : ''}</p>
}

interface TextProps {
  draft: Draft
  change: Writing['change']
  media: ReturnType<typeof useMedia>
  /** Nothing is written yet. */
  isNew: boolean
  /** A title is missing, and may be out of sight. */
  onInvalid: () => void
}

/** The caret where a new post begins, unless something else was chosen already. */
const useFirstCaret = (isNew: boolean) => {
  const title = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (isNew && (document.activeElement ?? document.body) === document.body) title.current?.focus()
  }, [isNew])
  return title
}

const Text = ({ draft, change, media, isNew, onInvalid }: TextProps) => (
  <>
    <textarea
      ref={useFirstCaret(isNew)}
      dir="auto"
      className="composer-title"
      name="title"
      rows={1}
      required
      maxLength={bounds.titleCharsMax}
      aria-label="Title"
      onInvalid={onInvalid}
      placeholder="Title"
      value={draft.title}
      onChange={(event) => change({ title: event.target.value.replaceAll(/\r?\n/g, ' ') })}
    />
    <textarea
      dir="auto"
      ref={media.area}
      className="composer-text"
      name="content"
      rows={18}
      maxLength={bounds.contentCharsMax}
      aria-label="Text, in Markdown"
      placeholder="Write in Markdown …"
      spellCheck
      value={draft.content}
      onChange={(event) => change({ content: event.target.value })}
      onPaste={media.onPaste}
    />
  </>
)

const Bar = ({
  writing,
  isPreviewed,
  onPreview,
}: {
  writing: Writing
  isPreviewed: boolean
  onPreview: () => void
}) => {
  const { stored, isBusy, draft } = writing
  const isPublished = stored.status === 'published'
  const isPlanned = !isPublished && Boolean(draft.publishAt)
  return (
    <div className="composer-bar">
      <span role="status" className="push">
        <StatusLine writing={writing} />
      </span>
      <button type="button" className="plain scripted" aria-pressed={isPreviewed} onClick={onPreview}>
        Preview
      </button>
      {stored.id ? <Link to={`/write/${stored.id}/history`}>History</Link> : null}
      {isPublished ? <Link to={`/posts/${encodeURIComponent(stored.slug)}`}>View</Link> : null}
      <button
        type="submit"
        name="intent"
        value="save"
        className={isPublished || isPlanned ? 'button' : 'button second'}
        aria-disabled={isBusy}
        title="Ctrl+S"
      >
        {isPublished ? 'Update' : isPlanned ? 'Schedule' : 'Save draft'}
      </button>
      {isPublished ? null : (
        <button
          type="submit"
          name="intent"
          value="publish"
          className={isPlanned ? 'button second' : 'button'}
          aria-disabled={isBusy}
          title={isPlanned ? undefined : 'Ctrl+Enter'}
        >
          {isPlanned ? 'Publish now' : 'Publish'}
        </button>
      )}
    </div>
  )
}

/** What a save of somebody else's asks of the author, and what became of both texts. */
const Notices = ({ writing }: { writing: Writing }) => {
  const { outcome, keepMine, takeTheirs, merge, putBack } = writing
  if (outcome?.kind === 'merged' || outcome?.kind === 'taken')
    return <Settled outcome={outcome} onPutBack={putBack} />
  if (outcome?.kind !== 'clash') return null
  return (
    <>
      <input type="hidden" name="base" value={outcome.baseVersion} />
      <ClashNotice
        outcome={outcome}
        onMerge={() => void merge(outcome)}
        onKeepMine={() => keepMine(outcome)}
        onTakeTheirs={() => takeTheirs(outcome)}
      />
    </>
  )
}

/** Where posts are written. What is typed is never lost: it is kept in the browser until a save was answered. */
export const Composer = ({
  loaded,
  answered,
  requestKey,
}: {
  loaded: Stored
  answered: Saved | undefined
  requestKey: string
}) => {
  const writing = useDraft(loaded, answered)
  const { draft, stored, change } = writing
  const media = useMedia({
    change: (content) => change({ content }),
    onCover: (cover, coverAlt) => change({ cover, coverAlt }),
  })
  /** While two texts clash, the author chooses first. */
  const save = (intent: Intent) =>
    writing.outcome?.kind === 'clash' ? document.getElementById(clashId)?.focus() : writing.save(intent)
  const [isPreviewed, setPreviewed] = useState(false)
  const submit = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { submitter } = event.nativeEvent as SubmitEvent
    save(submitter?.getAttribute('value') === 'publish' ? 'publish' : 'save')
  }
  const onKeyDown = (event: React.KeyboardEvent<HTMLFormElement>) => {
    if (!(event.ctrlKey || event.metaKey) || (event.key !== 's' && event.key !== 'Enter')) return
    event.preventDefault()
    const isNow = event.key === 'Enter' && !draft.publishAt
    if (event.currentTarget.reportValidity()) save(isNow ? 'publish' : 'save')
  }
  return (
    <Form
      method="post"
      className="composer"
      data-preview={isPreviewed || undefined}
      onSubmit={submit}
      onKeyDown={onKeyDown}
      {...media.dropping}
    >
      <NoEnter />
      <h1 className="unseen">{stored.id ? 'Edit a post' : 'Write a post'}</h1>
      <input type="hidden" name="version" value={stored.version} />
      <input type="hidden" name="key" value={requestKey} />
      <Notices writing={writing} />
      <div className="composer-desk">
        <div className="composer-page">
          <Text
            draft={draft}
            change={change}
            media={media}
            isNew={loaded.id === undefined}
            onInvalid={() => setPreviewed(false)}
          />
          <MediaDesk arrivals={media.arrivals} />
          <Details draft={draft} change={change} isPublished={stored.status === 'published'} />
        </div>
        {isPreviewed ? <Preview draft={draft} /> : null}
      </div>
      <div className="composer-foot">
        <ArrivalList arrivals={media.arrivals} places={media.places} />
        <Bar writing={writing} isPreviewed={isPreviewed} onPreview={() => setPreviewed(!isPreviewed)} />
      </div>
    </Form>
  )
}
