import { exactMoment, useTimeZone } from '../page/moment.tsx'
import type { TakenDown } from './history.server.ts'

/** Replaces a text that was taken down: who did it, when, why, and what is left. `takenDown` is null where that is on another page of the list. */
export const TakenDownState = ({ takenDown }: { takenDown: TakenDown | null }) => {
  const timeZone = useTimeZone()
  return (
    <section className="difference" aria-labelledby="taken-down">
      <h2 id="taken-down">
        {takenDown?.texts === 'all' ? 'This post was taken down' : 'The text of this version was taken down'}
      </h2>
      {takenDown === null ? null : (
        <p>
          By {takenDown.by}, <time dateTime={takenDown.time}>{exactMoment(takenDown.time, timeZone)}</time>.
          The reason: <q dir="auto">{takenDown.reason}</q>
        </p>
      )}
      <p className="quiet">
        {takenDown?.texts === 'all'
          ? 'Its text is no longer public: not on its page, in feeds, in search, in this history or in the blog’s past. The list below shows what was done, when and by which person. Its address is not found, and no other post gets it.'
          : 'The text of this version is no longer public. The list below still shows when it was written and by which person. The current text is unchanged.'}
      </p>
    </section>
  )
}
