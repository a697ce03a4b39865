import './media.css'
import { useEffect } from 'react'
import { Link, useRevalidator } from 'react-router'
import { isUnderWay, type Medium } from './api.ts'
import { ArrivalList } from './arrivals.tsx'
import { MediaDesk } from './desk.tsx'
import { LibraryRow } from './library-row.tsx'
import { useArrivals } from './use-arrivals.ts'
import { useRemovals } from './use-removals.ts'

const lookAgainMs = 2_000

const Empty = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered ? (
    <p className="quiet">
      Nothing matches. <Link to="/media">Show everything</Link>
    </p>
  ) : (
    <p className="quiet">
      Your pictures and files are listed here. Add the first one above: it is private until a published post
      shows it.
    </p>
  )

interface LibraryProps {
  shown: readonly Medium[]
  isFiltered: boolean
}

/** A person's media, newest first, with progress, uses and actions. */
export const Library = ({ shown, isFiltered }: LibraryProps) => {
  const arrivals = useArrivals()
  const removals = useRemovals()
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
      <ArrivalList arrivals={arrivals} />
      {shown.length === 0 ? <Empty isFiltered={isFiltered} /> : null}
      <ul className="media-list">
        {shown.map((medium) => (
          <LibraryRow
            key={medium.id}
            medium={medium}
            removals={removals}
            onChanged={() => void revalidate()}
          />
        ))}
      </ul>
    </>
  )
}
