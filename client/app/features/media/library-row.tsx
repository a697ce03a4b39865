import { useState } from 'react'
import { Moment } from '../page/moment.tsx'
import { Failed } from '../page/state.tsx'
import { isUnderWay, type Medium, media, Refusal } from './api.ts'
import { EditMedium } from './edit-medium.tsx'
import { markdownOf, thumbnailOf } from './markdown.ts'
import { MediumUses } from './medium-uses.tsx'
import type { useRemovals } from './use-removals.ts'
import { bytesInWords, stateInWords } from './words.ts'

/** Where a medium is shown, in a few words. */
const useInWords = ({ posts, isPublic, isPortrait }: Medium): string => {
  const inPosts = posts.length === 1 ? 'in one post' : `in ${posts.length} posts`
  if (posts.length === 0) return isPortrait ? 'your portrait' : 'in no post'
  return `${isPortrait ? 'your portrait, and ' : ''}${isPublic ? 'public, ' : ''}${inPosts}`
}

const Facts = ({ medium }: { medium: Medium }) => {
  const { picture, bytes, type, requestedAt } = medium
  const facts = [
    ...(type === null ? [] : [type]),
    ...(picture === null ? [] : [`${picture.width} × ${picture.height}`]),
    ...(bytes === null ? [] : [bytesInWords(bytes)]),
    ...(picture !== null && medium.alt === '' ? ['no alternative text'] : []),
    useInWords(medium),
  ]
  return (
    <p className="hint">
      <Moment at={requestedAt} /> · {facts.join(' · ')}
    </p>
  )
}

type Act = (work: () => Promise<unknown>) => Promise<boolean>

/** What of a row is unfolded. */
type Part = 'edit' | 'uses'

interface ActionsProps {
  medium: Medium
  act: Act
  opened: Part | undefined
  onOpen: (part: Part) => void
  onRemove: () => void
}

const Actions = ({ medium, act, opened, onOpen, onRemove }: ActionsProps) => {
  const [isCopied, setCopied] = useState(false)
  const { id, state, name } = medium
  const copy = () => void navigator.clipboard.writeText(markdownOf(medium)).then(() => setCopied(true))
  const action = (
    words: string,
    onClick: () => void,
    { part, what = name }: { part?: Part; what?: string } = {},
  ) => (
    <button
      type="button"
      className="plain"
      aria-expanded={part === undefined ? undefined : opened === part}
      onClick={onClick}
    >
      {words}
      <span className="unseen"> {what}</span>
    </button>
  )
  const opening = (words: string, part: Part) => action(words, () => onOpen(part), { part })
  return (
    <div className="medium-actions">
      {state === 'finished'
        ? action(isCopied ? 'Copied' : 'Copy', copy, { what: `${name} for a post` })
        : null}
      {state === 'finished' ? opening('Edit', 'edit') : null}
      {state === 'failed' ? action('Try again', () => void act(() => media.retry(id))) : null}
      {isUnderWay(medium) ? action('Cancel', () => void act(() => media.cancel(id))) : null}
      {medium.posts.length === 0 ? null : opening('Where', 'uses')}
      {action('Remove', onRemove)}
    </div>
  )
}

const Leaving = ({ medium, onUndo }: { medium: Medium; onUndo: () => void }) => (
  <li className="medium">
    <p className="arrival-text" role="status">
      <bdi>{medium.name}</bdi> is removed.
      {medium.posts.length > 0 || medium.isPortrait ? ' What shows it has no picture there any more.' : ''}
    </p>
    <button type="button" className="button second" onClick={onUndo}>
      Undo
    </button>
  </li>
)

const Progress = ({ medium }: { medium: Medium }) => {
  const { name, progress } = medium
  const part = progress?.total ? progress.bytes / progress.total : undefined
  return (
    <>
      <progress aria-label={`Progress of ${name}`} value={part} />
      <p className="hint">{stateInWords(medium)}</p>
    </>
  )
}

interface RowProps {
  medium: Medium
  removals: ReturnType<typeof useRemovals>
  onChanged: () => void
}

/** One medium of the library, with all that can be done to it. */
export const LibraryRow = ({ medium, removals, onChanged }: RowProps) => {
  const [problem, setProblem] = useState<string>()
  const [opened, setOpened] = useState<Part>()
  const tell = (error: unknown) =>
    setProblem(error instanceof Refusal ? error.message : 'There is no connection. Try again.')
  const act: Act = async (work) => {
    setProblem(undefined)
    try {
      await work()
      onChanged()
      return true
    } catch (error) {
      tell(error)
      return false
    }
  }
  const { id, name, state } = medium
  if (removals.leaving.has(id)) return <Leaving medium={medium} onUndo={() => removals.undo(id)} />
  const thumbnail = thumbnailOf(medium)
  const failed = problem ?? (state === 'failed' ? stateInWords(medium) : undefined)
  return (
    <li className="medium">
      {thumbnail ? (
        <img className="medium-picture" src={thumbnail} alt="" loading="lazy" />
      ) : (
        <span className="medium-picture" aria-hidden="true">
          {medium.type === 'application/pdf'
            ? 'PDF'
            : medium.type?.split('/')[0]?.replace('application', 'file')}
        </span>
      )}
      <div className="arrival-text">
        <p className="arrival-name">
          <a href={`/api/media/${id}/original`}>
            <bdi>{name}</bdi>
          </a>
        </p>
        <Facts medium={medium} />
        {isUnderWay(medium) ? <Progress medium={medium} /> : null}
        {failed ? <Failed>{failed}</Failed> : null}
      </div>
      <Actions
        {...{ medium, act, opened, onOpen: (part) => setOpened(part === opened ? undefined : part) }}
        onRemove={() => removals.remove(id, (error) => (error === undefined ? onChanged() : tell(error)))}
      />
      {opened === 'uses' ? <MediumUses medium={medium} /> : null}
      {opened === 'edit' ? (
        <EditMedium medium={medium} onSave={(changes) => act(() => media.describe(id, changes))} />
      ) : null}
    </li>
  )
}
