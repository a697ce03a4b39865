import './past.css'
import { Form } from 'react-router'
import { dayOf, useAsOf } from './as-of.ts'

/** Asks for a day, and leads to the blog as it was at the end of it. A plain form. `today`, such as `2026-03-03`, is the last to choose. */
export const DayForm = ({ today }: { today?: string }) => {
  const day = dayOf(useAsOf())
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
