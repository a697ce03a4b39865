import { bounds } from '@logbook/contracts/bounds.ts'
import { useTimeZone } from '../page/moment.tsx'
import type { Draft } from './draft.ts'
import { ShownCover } from './shown-cover.tsx'
import type { useDraft } from './use-draft.ts'
import { whyNotPlanned } from './words.ts'

/** When a draft is published by itself. A time that has passed would publish it at once, under a button that says otherwise. */
const PlannedTime = ({ draft, change }: { draft: Draft; change: ReturnType<typeof useDraft>['change'] }) => {
  const timeZone = useTimeZone()
  return (
    <label className="field">
      Publish at, by the clock of {timeZone} (empty: when you press the button)
      <input
        type="datetime-local"
        name="publishAt"
        className="planned-time"
        value={draft.publishAt ?? ''}
        onChange={({ target }) => {
          target.setCustomValidity(whyNotPlanned({ shown: target.value, timeZone, now: Date.now() }))
          change({ publishAt: target.value })
        }}
      />
    </label>
  )
}

/** What a post has beside its title and text. */
export const Details = ({
  draft,
  change,
  isPublished,
}: {
  draft: Draft
  change: ReturnType<typeof useDraft>['change']
  isPublished: boolean
}) => (
  <div className="composer-details">
    {isPublished ? null : <PlannedTime draft={draft} change={change} />}
    <label className="field">
      Kind
      <select
        name="kind"
        value={draft.kind ?? 'post'}
        onChange={(event) => change({ kind: event.target.value })}
      >
        <option value="post">Post, in lists and feeds by its date</option>
        <option value="page">Page, by itself, such as “About”</option>
      </select>
    </label>
    <label className="field">
      Tags, separated by commas; in quotes if one contains a comma
      <input
        name="tags"
        dir="auto"
        value={draft.tags}
        onChange={(event) => change({ tags: event.target.value })}
      />
    </label>
    <label className="field">
      Address after /posts/ (generated if empty; former addresses redirect)
      <input
        name="slug"
        dir="auto"
        autoCapitalize="none"
        maxLength={bounds.slugCharsMax}
        value={draft.slug}
        onChange={(event) => change({ slug: event.target.value })}
      />
    </label>
    <label className="field">
      Excerpt for lists (the first sentences, if empty)
      <textarea
        dir="auto"
        name="excerpt"
        rows={2}
        maxLength={bounds.excerptCharsMax}
        value={draft.excerpt}
        onChange={(event) => change({ excerpt: event.target.value })}
      />
    </label>
    <label className="field">
      Address of the cover picture (https://… or /…)
      <input
        dir="ltr"
        name="cover"
        inputMode="url"
        autoCapitalize="none"
        maxLength={bounds.addressCharsMax}
        value={draft.cover ?? ''}
        onChange={(event) => change({ cover: event.target.value })}
      />
    </label>
    <ShownCover address={draft.cover ?? ''} alt="" className="composer-cover" />
    <label className="field">
      Alternative text: what the cover shows
      <input
        name="coverAlt"
        dir="auto"
        maxLength={bounds.coverAltCharsMax}
        value={draft.coverAlt ?? ''}
        onChange={(event) => change({ coverAlt: event.target.value })}
      />
    </label>
    <label className="field">
      Comments
      <select
        name="comments"
        value={draft.comments ?? 'open'}
        onChange={(event) => change({ comments: event.target.value })}
      >
        <option value="open">Readers may comment</option>
        <option value="closed">Closed to new comments</option>
      </select>
    </label>
  </div>
)
