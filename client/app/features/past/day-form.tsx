import './past.css'
import { useEffect, useState } from 'react'
import { Form } from 'react-router'
import { dayOf, useAsOf } from './as-of.ts'

/** Today in UTC, such as `2026-03-03`, once the page runs: what the server sends is the same on every day. */
const useToday = (): string | undefined => {
  const [today, setToday] = useState<string>()
  useEffect(() => setToday(new Date().toISOString().slice(0, 10)), [])
  return today
}

/** Asks for a day up to today, and leads to the blog as it was at the end of it. A plain form. */
export const DayForm = () => {
  const day = dayOf(useAsOf())
  const today = useToday()
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
