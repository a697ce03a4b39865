import './media.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import { coverAddress } from '@logbook/contracts/http/medium-addresses.ts'
import { useState } from 'react'
import { isUnderWay, type Medium, media } from './api.ts'
import { addFilesId } from './desk.tsx'
import { markdownOf, thumbnailOf } from './markdown.ts'
import type { Arrival, useArrivals } from './use-arrivals.ts'
import { bytesInWords, stateInWords } from './words.ts'

type Arrivals = ReturnType<typeof useArrivals>

interface Places {
  /** Puts a text where the caret is. */
  insert: (markdown: string) => void
  /** Makes a picture the cover of the post. */
  cover: (address: string, alt: string) => void
}

const partOf = ({ totalBytes, sentBytes, medium }: Arrival): number | undefined => {
  if (medium === null) return totalBytes ? sentBytes / totalBytes : undefined
  const { progress } = medium
  return progress?.total ? progress.bytes / progress.total : undefined
}

const lineOf = ({ totalBytes, sentBytes, medium, problem }: Arrival): string => {
  if (problem !== null) return problem
  if (medium !== null) return stateInWords(medium)
  return totalBytes === null
    ? 'Requesting …'
    : `${bytesInWords(sentBytes)} of ${bytesInWords(totalBytes)} sent`
}

/** One that is ready: what it shows is asked for before it is put into the text. */
const Ready = ({ medium, places, onDone }: { medium: Medium; places: Places; onDone: () => void }) => {
  const [alt, setAlt] = useState(medium.alt)
  const cover = coverAddress(medium)
  const put = (into: () => void) => {
    // The text has it in any case; the library learns of it if it can.
    if (alt !== medium.alt) void media.describe(medium.id, { alt }).catch(() => undefined)
    onDone()
    into()
  }
  const insert = () => put(() => places.insert(markdownOf(medium, alt)))
  return (
    <>
      {medium.picture ? (
        <label className="field">
          Alternative text: what the picture shows
          <input
            dir="auto"
            value={alt}
            maxLength={bounds.coverAltCharsMax}
            onChange={(event) => setAlt(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              insert()
            }}
          />
        </label>
      ) : null}
      <button type="button" className="button second" onClick={insert}>
        Insert into the text
      </button>
      {cover ? (
        <button type="button" className="plain" onClick={() => put(() => places.cover(cover, alt))}>
          Use as cover
        </button>
      ) : null}
    </>
  )
}

const Row = ({
  arrival,
  arrivals,
  places,
}: {
  arrival: Arrival
  arrivals: Arrivals
  places: Places | undefined
}) => {
  const { medium, name, problem } = arrival
  const failed = problem !== null || medium?.state === 'failed'
  const ready = medium?.state === 'finished' ? medium : undefined
  const thumbnail = ready && thumbnailOf(ready)
  const busy = !failed && (medium === null || isUnderWay(medium))
  const onDone = () => {
    // What was pressed goes away with the row.
    document.getElementById(addFilesId)?.focus()
    arrivals.drop(arrival)
  }
  return (
    <li className="arrival">
      {thumbnail ? <img src={thumbnail} alt="" /> : null}
      <div className="arrival-text">
        <p className="arrival-name">
          <bdi>{medium?.name ?? name}</bdi>
        </p>
        {busy ? <progress aria-label={`Progress of ${name}`} value={partOf(arrival)} /> : null}
        <p className={failed ? 'state' : 'hint'} data-kind={failed ? 'rejected' : undefined} role="status">
          {lineOf(arrival)}
        </p>
      </div>
      {ready && places ? <Ready medium={ready} places={places} onDone={onDone} /> : null}
      {failed ? (
        <button type="button" className="plain" onClick={() => arrivals.retry(arrival)}>
          Try again
        </button>
      ) : null}
      <button type="button" className="plain" onClick={onDone}>
        {busy ? 'Cancel' : 'Hide'}
      </button>
    </li>
  )
}

/** Files on their way, with their progress, and what can be done with each. With `places` they go into a text. */
export const ArrivalList = ({ arrivals, places }: { arrivals: Arrivals; places?: Places }) =>
  arrivals.arrivals.length === 0 ? null : (
    <ul className="arrivals" aria-label="Pictures and files that you added">
      {arrivals.arrivals.map((arrival) => (
        <Row key={arrival.key} arrival={arrival} arrivals={arrivals} places={places} />
      ))}
    </ul>
  )
