import { useEffect, useState } from 'react'
import { Form, useSubmit } from 'react-router'
import { exactMoment, useTimeZone } from '../page/moment.tsx'
import type { Entry } from './history.server.ts'

interface VersionPickerProps {
  /** Newest first. */
  entries: readonly Entry[]
  /** Which of them is shown. */
  shown: number
  /** The version that it is compared with; null for the one before. */
  from: number | null
  /** Where the list begins, if not with the newest. */
  cursor: string | null
}

const labelOf = ({ time, says }: Entry, timeZone: string): string => `${exactMoment(time, timeZone)}: ${says}`

/** A slider through time and a choice of what to compare with. A plain form; where scripts run, it sends itself. */
export const VersionPicker = ({ entries, shown, from, cursor }: VersionPickerProps) => {
  const submit = useSubmit()
  const timeZone = useTimeZone()
  // The oldest is on the left.
  const stepShown = entries.length - shown
  const [step, setStep] = useState(stepShown)
  useEffect(() => setStep(stepShown), [stepShown])
  const entry = entries[entries.length - step]
  const show = (form: HTMLFormElement | null) => {
    if (form) void submit(form, { replace: true, preventScrollReset: true })
  }
  return (
    <Form method="get" className="version-picker" preventScrollReset>
      {cursor === null ? null : <input type="hidden" name="cursor" value={cursor} />}
      <label className="field">
        Version
        <input
          type="range"
          name="step"
          min={1}
          max={entries.length}
          step={1}
          value={step}
          aria-valuetext={entry && labelOf(entry, timeZone)}
          onChange={(event) => {
            setStep(Number(event.target.value))
            show(event.target.form)
          }}
        />
      </label>
      <label className="field">
        Compared with
        <select
          key={from}
          name="from"
          defaultValue={from ?? ''}
          onChange={(event) => show(event.target.form)}
        >
          <option value="">the one before</option>
          {entries.map((each) => (
            <option key={each.version} value={each.version}>
              {labelOf(each, timeZone)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="button second unscripted">
        Show
      </button>
    </Form>
  )
}
