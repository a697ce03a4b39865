import { Link, useLocation } from 'react-router'
import { Notice } from '../page/notice.tsx'
import { withoutAsOf } from './as-of.ts'
import { DayForm } from './day-form.tsx'

/** Why query can't show a moment, in its words; undefined for any other error. */
export const whyNoMoment = (answer: unknown): string | undefined =>
  typeof answer === 'object' && answer !== null && 'asOf' in answer ? String(answer.asOf) : undefined

/** The address asks for a moment that can't be shown. `why` follows on its name. */
export const NoSuchMoment = ({ why }: { why: string }) => {
  const location = useLocation()
  return (
    <Notice mark="422" title="That moment can’t be shown">
      <p>
        The value of <code>asOf=</code> in the address {why}. A day works too, such as 2026-03-03.
      </p>
      <DayForm />
      <p>
        <Link to={withoutAsOf(location)} className="button">
          Back to now
        </Link>
      </p>
    </Notice>
  )
}
