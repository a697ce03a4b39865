import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { Moment } from '../page/moment.tsx'
import type { Medium } from './api.ts'
import { type PostUse, usesOf } from './uses.ts'

const countInWords = (count: number): string => {
  if (count === 0) return 'In none of its latest versions'
  return count === 1 ? 'In one version of its text: ' : `In ${count} versions of its text: `
}

const Use = ({ use: { id, title, isDraft, versions, isCut } }: { use: PostUse }) => (
  <li>
    <Link to={`/write/${id}`}>
      <bdi>{title}</bdi>
    </Link>
    {isDraft ? ' (draft)' : null}
    <span className="hint">
      {countInWords(versions.length)}
      {versions.map(({ version, time }, index) => (
        <span key={version}>
          {index > 0 ? ', ' : ''}
          <Link to={`/write/${id}/history?to=${version}`}>
            <Moment at={time} />
          </Link>
        </span>
      ))}
      {isCut ? '. Older versions were not looked at.' : null}
    </span>
  </li>
)

/** The posts that show a medium, by title, with the versions that do. */
export const MediumUses = ({ medium: { id, posts } }: { medium: Pick<Medium, 'id' | 'posts'> }) => {
  const [uses, setUses] = useState<PostUse[] | 'failed'>()
  const wanted = posts.join()
  useEffect(() => {
    const stop = new AbortController()
    usesOf({ id, posts: wanted.split(',') }, stop.signal).then(setUses, () => {
      if (!stop.signal.aborted) setUses('failed')
    })
    return () => stop.abort()
  }, [id, wanted])
  if (uses === undefined) return <p className="medium-uses hint">Looking through the versions …</p>
  if (uses === 'failed')
    return (
      <p className="medium-uses state" data-kind="rejected" role="alert">
        The versions could not be read. Close this and try again.
      </p>
    )
  return (
    <ul className="medium-uses">
      {uses.map((use) => (
        <Use key={use.id} use={use} />
      ))}
    </ul>
  )
}
