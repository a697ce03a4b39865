import type { MediumHistoryEntry } from '@logbook/contracts/http/media-queue.ts'
import { exactMoment, Moment, useTimeZone } from '../page/moment.tsx'

const Entry = ({ entry, causes }: { entry: MediumHistoryEntry; causes: ReadonlyMap<string, number> }) => {
  const timeZone = useTimeZone()
  const { id, type, time, position, cause, by, reason, retryAt, seconds, lease, says } = entry
  const causedBy = cause === null ? undefined : causes.get(cause)
  const facts = [
    ...(causedBy === undefined ? [] : [`follows from ${causedBy}`]),
    ...(by?.name ? [`by ${by.name}`] : []),
    ...(lease === null ? [] : [`lease ${lease}`]),
    ...(seconds === null ? [] : [`${seconds.toLocaleString('en', { maximumFractionDigits: 1 })} s into it`]),
    ...(retryAt === null ? [] : [`next attempt ${exactMoment(retryAt, timeZone)}`]),
    `${type} at position ${position.toLocaleString('en')}`,
  ]
  return (
    <li id={`entry-${id}`}>
      <p>
        {says} <Moment at={time} />
      </p>
      {reason === null ? null : (
        <p className="state" data-kind="rejected">
          {reason}
        </p>
      )}
      <p className="hint">{facts.join(' · ')}</p>
    </li>
  )
}

/** What happened to one job, in the order of the log, each entry with what it follows from. */
export const Chain = ({ entries }: { entries: readonly MediumHistoryEntry[] | null }) => {
  if (entries === null) return <p className="quiet">This job is not there any more: its file was removed.</p>
  const causes = new Map(entries.map(({ id }, index) => [id, index + 1]))
  return (
    <ol className="job-chain" aria-label="What happened">
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} causes={causes} />
      ))}
    </ol>
  )
}
