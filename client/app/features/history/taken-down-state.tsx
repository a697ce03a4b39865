import { exactMoment, useTimeZone } from '../page/moment.tsx'
import type { TakenDown } from './history.server.ts'

/** In place of a text that was taken down: by whom, when, why, and what is left. `takenDown` is null where that is on another page of the list. */
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
          ? 'Its words are no longer public: not on its page, in feeds, in the search, in this history or in the blog’s past. What is left is the list below: what was done to it, when, and by whom. Its address leads nowhere, and no other post gets it.'
          : 'What the post said then is no longer public. That it was written, when, and by whom, stays in the list below; the present text stays as it is.'}
      </p>
    </section>
  )
}
