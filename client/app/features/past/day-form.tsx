import './past.css'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import { useEffect, useState } from 'react'
import { Form } from 'react-router'
import { useTimeZone } from '../page/moment.tsx'
import { dayOf, useAsOf } from './as-of.ts'

/** Today in the blog's time zone, such as `2026-03-03`, once the page runs: what the server sends is the same on every day. */
const useToday = (timeZone: string): string | undefined => {
  const [today, setToday] = useState<string>()
  useEffect(() => setToday(dayIn(Date.now(), timeZone)), [timeZone])
  return today
}

/** Asks for a day up to today, and leads to the blog as it was at the end of it. A plain form. */
export const DayForm = () => {
  const timeZone = useTimeZone()
  const day = dayOf(useAsOf(), timeZone)
  const today = useToday(timeZone)
  return (
    <Form method="get" action="/" className="day-form">
      <label className="field">
        Show the blog as it was at the end of
        <input key={day} type="date" name="asOf" required max={today} defaultValue={day} />
      </label>
      <button type="submit" className="button second">
        Show
      </button>
    </Form>
  )
}
