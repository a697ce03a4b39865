import './past.css'
import { useTimeZone } from '../page/moment.tsx'
import { dayOf, useAsOf } from './as-of.ts'

/** A plain form for a day up to today; shows the blog as of the end of that day. */
export const DayForm = () => {
  const timeZone = useTimeZone()
  const day = dayOf(useAsOf(), timeZone)
  return (
    <form method="get" action="/" className="day-form">
      <label className="field">
        Show the blog as it was at the end of
        <input type="date" name="asOf" required defaultValue={day} data-time-zone={timeZone} />
      </label>
      <button type="submit" className="button second">
        Show
      </button>
    </form>
  )
}
