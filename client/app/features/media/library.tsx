import './media.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import { useEffect, useState } from 'react'
import { Link, useRevalidator } from 'react-router'
import { Moment } from '../page/moment.tsx'
import { isUnderWay, type Medium, media, Refusal } from './api.ts'
import { MediaDesk } from './desk.tsx'
import { markdownOf, thumbnailOf } from './markdown.ts'
import { useArrivals } from './use-arrivals.ts'
import { bytesInWords, stateInWords } from './words.ts'

const lookAgainMs = 2_000

const Use = ({ posts, isPublic }: Medium) => {
  if (posts.length === 0) return <>In no post</>
  return (
    <>
      {isPublic ? 'Public, in ' : 'In '}
      {posts.map((id, index) => (
        <span key={id}>
          {index > 0 ? ', ' : ''}
          <Link to={`/write/${id}`}>{posts.length === 1 ? 'one post' : `post ${index + 1}`}</Link>
        </span>
      ))}
    </>
  )
}

const Facts = ({ medium }: { medium: Medium }) => {
  const { picture, bytes, type, requestedAt } = medium
  const facts = [
    ...(type === null ? [] : [type]),
    ...(picture === null ? [] : [`${picture.width} × ${picture.height}`]),
    ...(bytes === null ? [] : [bytesInWords(bytes)]),
  ]
  return (
    <p className="hint">
      <Moment at={requestedAt} /> · {facts.map((fact) => `${fact} · `)}
      <Use {...medium} />
    </p>
  )
}

type Act = (work: () => Promise<unknown>) => Promise<void>

const Alt = ({ medium, act }: { medium: Medium; act: Act }) => {
  const [alt, setAlt] = useState(medium.alt)
  const keep = () => {
    if (alt !== medium.alt) void act(() => media.describe(medium.id, { alt }))
  }
  return (
    <label className="field">
      {alt === '' ? 'No alternative text yet' : 'What it shows'}
      <input
        dir="auto"
        value={alt}
        maxLength={bounds.coverAltCharsMax}
        onChange={(event) => setAlt(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep()
        }}
      />
    </label>
  )
}

const Actions = ({ medium, act }: { medium: Medium; act: Act }) => {
  const [isAsked, setAsked] = useState(false)
  const [isCopied, setCopied] = useState(false)
  const { id, state } = medium
  if (isAsked)
    return (
      <section className="sure" aria-label={`Remove “${medium.name}”`}>
        <span className="push">
          {medium.posts.length === 0
            ? 'Remove it permanently?'
            : 'Posts show it. Remove it permanently anyway?'}
        </span>
        <button type="button" className="button danger" onClick={() => void act(() => media.remove(id))}>
          Remove permanently
        </button>
        <button type="button" className="plain" onClick={() => setAsked(false)}>
          Keep it
        </button>
      </section>
    )
  const copy = () => void navigator.clipboard.writeText(markdownOf(medium)).then(() => setCopied(true))
  return (
    <>
      {state === 'finished' ? (
        <button type="button" className="plain" onClick={copy}>
          {isCopied ? 'Copied' : 'Copy for a post'}
        </button>
      ) : null}
      {state === 'failed' ? (
        <button type="button" className="plain" onClick={() => void act(() => media.retry(id))}>
          Try again
        </button>
      ) : null}
      {isUnderWay(medium) ? (
        <button type="button" className="plain" onClick={() => void act(() => media.cancel(id))}>
          Cancel
        </button>
      ) : null}
      <button type="button" className="plain" onClick={() => setAsked(true)}>
        Remove…
      </button>
    </>
  )
}

const Row = ({ medium, onChanged }: { medium: Medium; onChanged: () => void }) => {
  const [problem, setProblem] = useState<string>()
  const act: Act = async (work) => {
    setProblem(undefined)
    try {
      await work()
      onChanged()
    } catch (error) {
      setProblem(error instanceof Refusal ? error.message : 'There is no connection. Try again.')
    }
  }
  const { name, state, picture } = medium
  const thumbnail = thumbnailOf(medium)
  const failed = problem ?? (state === 'failed' ? stateInWords(medium) : undefined)
  return (
    <li className="medium">
      {thumbnail ? (
        <img className="medium-picture" src={thumbnail} alt="" loading="lazy" />
      ) : (
        <span className="medium-picture" aria-hidden="true" />
      )}
      <div className="arrival-text">
        <p className="arrival-name">
          <a href={`/api/media/${medium.id}/original`}>
            <bdi>{name}</bdi>
          </a>
        </p>
        <Facts medium={medium} />
        {isUnderWay(medium) ? <p className="hint">{stateInWords(medium)}</p> : null}
        {failed ? (
          <p className="state" data-kind="rejected" role="alert">
            <span aria-hidden="true">✕</span> {failed}
          </p>
        ) : null}
      </div>
      {picture && state === 'finished' ? <Alt medium={medium} act={act} /> : null}
      <Actions medium={medium} act={act} />
    </li>
  )
}

/** A person's media, newest first, with progress, uses and actions. */
export const Library = ({ shown }: { shown: readonly Medium[] }) => {
  const arrivals = useArrivals()
  const { revalidate } = useRevalidator()
  const isWaiting = shown.some(isUnderWay)
  const ready = arrivals.arrivals.filter(({ medium }) => medium?.state === 'finished').length
  // New uploads belong in the list.
  useEffect(() => {
    if (ready > 0) void revalidate()
  }, [ready, revalidate])
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(() => void revalidate(), lookAgainMs)
    return () => clearInterval(timer)
  }, [isWaiting, revalidate])
  return (
    <>
      <MediaDesk arrivals={arrivals} />
      {shown.length === 0 ? <p className="hint">Nothing matches.</p> : null}
      <ul className="media-list">
        {shown.map((medium) => (
          <Row key={medium.id} medium={medium} onChanged={() => void revalidate()} />
        ))}
      </ul>
    </>
  )
}
