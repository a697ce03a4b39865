import { bounds } from '@logbook/contracts/bounds.ts'
import { useId } from 'react'
import type { FormAnswer } from './form-answer.ts'

interface FieldProps extends Omit<React.ComponentProps<'input'>, 'id'> {
  label: string
  name: string
  hint?: string
  answer?: FormAnswer | undefined
}

/** A labelled input with its error, also for screen readers. */
export const Field = ({ label, hint, answer, defaultValue, ...input }: FieldProps) => {
  const id = useId()
  const error = answer?.errors[input.name]
  const describedBy = error === undefined ? (hint === undefined ? undefined : `${id}-hint`) : `${id}-error`
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <input
        dir="auto"
        {...input}
        id={id}
        defaultValue={answer?.values[input.name] ?? defaultValue}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={describedBy}
      />
      {error === undefined ? null : (
        <span id={`${id}-error`} className="hint" data-kind="rejected">
          {error}
        </span>
      )}
      {hint === undefined || error !== undefined ? null : (
        <span id={`${id}-hint`} className="hint">
          {hint}
        </span>
      )}
    </p>
  )
}

const passwordBounds = { minLength: bounds.passwordCharsMin, maxLength: bounds.passwordCharsMax } as const

/** A new password, with what it must be. */
export const NewPassword = ({
  name = 'password',
  label = 'Password',
  answer,
}: {
  name?: string
  label?: string
  answer?: FormAnswer | undefined
}) => (
  <Field
    name={name}
    label={label}
    type="password"
    autoComplete="new-password"
    required
    {...passwordBounds}
    hint={`At least ${passwordBounds.minLength} characters. A few words in a row are easy to remember.`}
    answer={answer}
  />
)

/** The result of a form, shown once beside it. */
export const Outcome = ({ answer }: { answer: FormAnswer | undefined }) => {
  if (answer?.problem !== undefined)
    return (
      <p className="state" data-kind="rejected" role="alert">
        <span aria-hidden="true">✕</span> {answer.problem}
      </p>
    )
  return answer?.done === undefined ? null : (
    <p className="state" data-kind="approved" role="status">
      <span aria-hidden="true">✓</span> {answer.done}
    </p>
  )
}
