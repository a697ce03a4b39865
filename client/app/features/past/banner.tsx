import './past.css'
import { Link, useLocation } from 'react-router'
import { useTimeZone } from '../page/moment.tsx'
import { asOfIn, momentInWords, withAsOf, withoutAsOf } from './as-of.ts'

/** A banner on pages of the past, with a link back. Empty in the present. */
export const PastBanner = () => {
  const location = useLocation()
  const asOf = asOfIn(location)
  const timeZone = useTimeZone()
  const moment = asOf === null ? undefined : momentInWords(asOf, timeZone)
  if (moment === undefined) return null
  return (
    <aside className="past" aria-label="The past">
      <p>
        <span aria-hidden="true">◷</span> The blog as of <strong>{moment}</strong>
      </p>
      <p>
        <Link to={withAsOf('/archive#another-day', asOf)}>Another day</Link>
        <Link to={withoutAsOf(location)}>Back to now</Link>
      </p>
    </aside>
  )
}
